import Messaging
import TestSupport
import Testing

@testable import Delivery

@Suite struct LeaseTableTests {
  private func lease(_ name: String) -> Lease { Lease(token: Lease.Token(name), lane: .standard, payload: []) }

  @Test func `holds a lease until its end and not a moment longer`() {
    let held = LeaseTable()
    let place = held.add(lease("a"), validUntil: .seconds(60))
    #expect(held.holds(place, at: .seconds(59)))
    #expect(!held.holds(place, at: .seconds(60)))
  }

  @Test func `extends what is still held, and forgets what was lost or settled meanwhile`() {
    let held = LeaseTable()
    let places = ["a", "b", "c"].map { held.add(lease($0), validUntil: .seconds(60)) }
    let leases = held.all
    held.remove(places[2])
    let newcomer = held.add(lease("d"), validUntil: .seconds(70))
    held.extend(leases, validUntil: .seconds(120), except: [Lease.Token("b")])
    #expect(held.all.map(\.token.value).sorted() == ["a", "d"])
    #expect(held.holds(places[0], at: .seconds(100)))
    #expect(!held.holds(places[1], at: .zero))
    #expect(held.holds(newcomer, at: .seconds(69)))
    #expect(!held.holds(newcomer, at: .seconds(70)))
  }

  @Test func `a place is given to somebody else only once it is left`() {
    let held = LeaseTable()
    let lost = held.add(lease("a"), validUntil: .seconds(60))
    held.extend(held.all, validUntil: .seconds(120), except: [Lease.Token("a")])
    #expect(held.add(lease("b"), validUntil: .seconds(60)) != lost)
    held.remove(lost)
    #expect(held.add(lease("c"), validUntil: .seconds(60)) == lost)
  }

  @Test func `keeps count under many at once`() async {
    let held = LeaseTable()
    await withTaskGroup(of: Void.self) { group in
      for position in 0..<500 {
        group.addTask {
          let place = held.add(lease("\(position)"), validUntil: .seconds(1))
          held.extend(held.all, validUntil: .seconds(2), except: [])
          if position % 2 == 0 { held.remove(place) }
        }
      }
    }
    #expect(held.all.count == 250)
  }
}
