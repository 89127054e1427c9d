import TestSupport
import Testing

@testable import HTTPServer

@Suite struct ConnectionTableTests {
  private static let first = PeerAddress("10.0.0.1")
  private static let second = PeerAddress("10.0.0.2")

  /// A table of numbered connections.
  private var table = ConnectionTable<Int>()
  private var last = 0

  private mutating func connect(_ address: PeerAddress) -> Int {
    var slot = 0
    last += 1
    let number = last
    _ = table.insert(from: address) { place in
      slot = place
      return number
    }
    return slot
  }

  @Test mutating func `of one address the one goes that has waited for longest`() {
    let slots = (1...3).map { _ in connect(Self.first) }
    table.handle(slots[0])
    table.send(slots[0], .own(bytes: 1))
    table.awaitRequest(slots[0])
    let newcomer = connect(Self.first)
    #expect(table.evict(for: newcomer) == 2)
    #expect(table.evict(for: newcomer) == 3)
    #expect(table.evict(for: newcomer) == 1)
    #expect(table.evict(for: newcomer) == nil)
    #expect(table.kept == 1 && table.count == 4)
  }

  @Test mutating func `the address that holds most gives way to others, and to itself`() {
    let only = connect(Self.second)
    for _ in 1...3 { _ = connect(Self.first) }
    let newcomer = connect(Self.second)
    #expect(table.evict(for: newcomer) == 2)
    #expect(table.evict(for: connect(Self.first)) == 3)
    table.remove(only)
    #expect(table.connections == [2, 3, 4, 5, 6])
  }

  @Test mutating func `what is handled gives way to nobody, nor does an answer that has just begun`() {
    let slots = (1...3).map { _ in connect(Self.first) }
    for slot in slots { table.handle(slot) }
    #expect(!table.canEvict)
    let newcomer = connect(Self.first)
    #expect(table.evict(for: newcomer) == nil)
    table.handle(newcomer)
    table.send(slots[1], .own(bytes: 1))
    table.endRound()
    #expect(!table.canEvict)
    table.endRound()
    #expect(table.canEvict)
    #expect(table.evict(for: newcomer) == 2)
  }

  @Test mutating func `an answer that is out before its time counts for nothing`() {
    let slot = connect(Self.first)
    table.handle(slot)
    table.send(slot, .own(bytes: 7))
    #expect(table.unsentBytes == 7)
    table.awaitRequest(slot)
    #expect(table.unsentBytes == 0)
    table.handle(slot)
    table.endRound()
    table.endRound()
    #expect(!table.canEvict)
  }

  @Test mutating func `a body that answers share counts once, until the last of them is out`() {
    let body = SharedBody([1, 2, 3])
    let slots = (1...3).map { _ in connect(Self.first) }
    for slot in slots { table.send(slot, .shared(body)) }
    #expect(table.unsentBytes == 3)
    table.awaitRequest(slots[0])
    table.remove(slots[1])
    #expect(table.unsentBytes == 3)
    table.send(slots[0], .shared(SharedBody([1, 2])))
    #expect(table.unsentBytes == 5)
    table.awaitRequest(slots[2])
    #expect(table.unsentBytes == 2)
  }

  @Test mutating func `of those who read slowly the one goes first whose address holds most bytes`() {
    let slots = [Self.first, Self.second, Self.second].map { connect($0) }
    for slot in slots { table.send(slot, .own(bytes: 10)) }
    #expect(table.evictSlowReader() == nil)
    table.endRound()
    table.endRound()
    #expect(table.evictSlowReader() == 2)
    #expect(table.unsentBytes == 20)
    table.remove(slots[1])
    #expect(table.kept == 2 && table.count == 2)
  }

  @Test mutating func `an address has no more than three times the handlers that are left to others`() {
    let mine = (1...8).map { _ in connect(Self.first) }
    let others = (1...2).map { _ in connect(Self.second) }
    let handlers = mine.compactMap { table.startHandler($0, atMost: 8) }
    #expect(handlers.count == 6)
    #expect(others.allSatisfy { table.startHandler($0, atMost: 8) != nil })
    #expect(table.handlers == 8)
    for handler in handlers { table.endHandler(handler) }
    #expect(table.startHandler(mine[6], atMost: 8) != nil)
  }

  @Test mutating func `a handler may outlast its connection, and the address its last one`() {
    let slot = connect(Self.first)
    let handler = table.startHandler(slot, atMost: 4)
    table.remove(slot)
    let again = connect(Self.first)
    let other = connect(Self.second)
    #expect(table.count == 2)
    if let handler { table.endHandler(handler) }
    #expect(table.handlers == 0)
    for slot in [again, other] { table.remove(slot) }
    #expect(table.count == 0 && table.kept == 0 && !table.canEvict)
    #expect(table.evict(for: nil) == nil)
  }

  @Test mutating func `whatever happens, the counts are right`() {
    var random = SeededRandom(seed: 7)
    let addresses = (1...5).map { PeerAddress("10.0.1.\($0)") }
    var open: [Int] = []
    for _ in 1...20_000 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1: open.append(connect(addresses[Int.random(in: 0..<5, using: &random)]))
      case 2: if let slot = open.randomElement(using: &random) { table.handle(slot) }
      case 3: if let slot = open.randomElement(using: &random) { table.send(slot, .own(bytes: 5)) }
      case 4: if let slot = open.randomElement(using: &random) { table.awaitRequest(slot) }
      case 5: table.endRound()
      case 6: if table.kept > 30 { _ = table.evict(for: nil) }
      default:
        guard open.count > 20 else { continue }
        table.remove(open.remove(at: Int.random(in: 0..<open.count, using: &random)))
      }
      #expect(table.count == open.count && table.kept <= open.count && table.unsentBytes <= 5 * open.count)
    }
    for slot in open { table.remove(slot) }
    #expect(table.count == 0 && table.kept == 0 && table.unsentBytes == 0 && !table.canEvict)
    #expect(table.connections.isEmpty)
  }
}
