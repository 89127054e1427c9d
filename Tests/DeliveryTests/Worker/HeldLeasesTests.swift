import TestSupport
import Testing

@testable import Delivery

@Suite struct HeldLeasesTests {
  private func lease(_ name: String) -> Lease { Lease(token: Lease.Token(name), lane: .standard, payload: []) }

  @Test func `holds a lease until its end and not a moment longer`() {
    let held = HeldLeases()
    held.add([lease("a")], validUntil: .seconds(60))
    #expect(held.holds(Lease.Token("a"), at: .seconds(59)))
    #expect(!held.holds(Lease.Token("a"), at: .seconds(60)))
    #expect(!held.holds(Lease.Token("b"), at: .zero))
  }

  @Test func `extends what is still held, and forgets what was lost or settled meanwhile`() {
    let held = HeldLeases()
    held.add(["a", "b", "c"].map(lease), validUntil: .seconds(60))
    let tokens = held.tokens
    held.remove(Lease.Token("c"))
    held.extend(tokens, validUntil: .seconds(120), except: [Lease.Token("b")])
    #expect(held.tokens == [Lease.Token("a")])
    #expect(held.holds(Lease.Token("a"), at: .seconds(100)))
    #expect(!held.holds(Lease.Token("b"), at: .zero))
  }

  @Test func `keeps count under many at once`() async {
    let held = HeldLeases()
    await withTaskGroup(of: Void.self) { group in
      for position in 0..<500 {
        group.addTask {
          held.add([Lease(token: Lease.Token("\(position)"), lane: .low, payload: [])], validUntil: .seconds(1))
          held.extend(held.tokens, validUntil: .seconds(2), except: [])
          if position % 2 == 0 { held.remove(Lease.Token("\(position)")) }
        }
      }
    }
    #expect(held.tokens.count == 250)
  }
}
