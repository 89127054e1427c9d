import Delivery
import Messaging
import Testing

@Suite struct BulkheadTests {
  private static let slow = InstanceName.named("lenta")
  private static let other = InstanceName.named("outra")

  /// A bulkhead in which an instance has sends under way since the given moments.
  private func bulkhead(slots: Int = 40, since starts: [Duration]) -> Bulkhead {
    var bulkhead = Bulkhead(slots: slots)
    for start in starts {
      bulkhead.admit(Self.slow)
      bulkhead.begin(Self.slow, at: start)
    }
    return bulkhead
  }

  @Test(arguments: [(1, 1), (4, 1), (10, 1), (19, 1), (20, 2), (39, 3), (40, 4), (41, 4), (5_000, 4)])
  func `a late instance keeps a tenth of the slots, one at least and four at most`(slots: Int, fewest: Int) {
    #expect(Bulkhead(slots: slots).fewest == fewest)
  }

  @Test(arguments: [
    (milliseconds: [Int](), limit: 500), ([1, 1, 1], 500), ([100], 500), ([200], 800), ([1_000], 4_000),
    // Each new answer has a twentieth of the say.
    ([200, 1_000], 960),
  ])
  func `an answer is late after half a second, and four times what answers take`(milliseconds: [Int], limit: Int) {
    var bulkhead = Bulkhead(slots: 10)
    for time in milliseconds {
      bulkhead.admit(Self.other)
      bulkhead.begin(Self.other, at: .zero)
      bulkhead.end(Self.other, begunAt: .zero, at: .milliseconds(time), isAnswered: true)
    }
    #expect(abs(bulkhead.lateAfter.inMilliseconds - Double(limit)) < 0.001)
  }

  @Test func `what ends without an answer says nothing of how long answers take`() {
    var bulkhead = bulkhead(since: [.zero])
    bulkhead.end(Self.slow, begunAt: .zero, at: .seconds(30), isAnswered: false)
    #expect(bulkhead.lateAfter == Bulkhead.patience)
  }

  @Test(arguments: [
    // With fewer under way than a late one may have, everything is let in.
    (starts: [0, 0, 0], now: 60_000, admits: true, lent: 0),
    // Exactly at the limit it is not late yet.
    ([0, 0, 0, 0], 500, true, 0), ([0, 0, 0, 0], 501, false, 0), ([0, 0, 0, 0, 0, 0], 501, false, 2),
    // Nothing was answered since the oldest began: that the others are fresh is no excuse.
    ([0, 400, 400, 400, 400], 501, false, 1),
  ])
  func `an instance that answers nothing is late when its oldest send is`(
    starts: [Int], now: Int, admits: Bool, lent: Int
  ) {
    let bulkhead = bulkhead(since: starts.map { .milliseconds($0) })
    let late = bulkhead.late(at: .milliseconds(now))
    #expect(bulkhead.admits(Self.slow, at: .milliseconds(now)) == admits)
    #expect(late.instances == (admits ? [] : [Self.slow]) && late.lent == lent)
    #expect(bulkhead.admits(Self.other, at: .milliseconds(now)))
  }

  @Test(arguments: [
    // Late, fresh: late when three quarters are, five at least.
    (late: 4, fresh: 0, admits: true), (5, 0, false), (5, 1, false), (5, 2, true), (6, 2, false), (9, 3, false),
    (9, 4, true),
  ])
  func `one that does answer is late when most of its sends are`(late: Int, fresh: Int, admits: Bool) {
    var bulkhead = bulkhead(
      since: Array(repeating: .zero, count: late) + Array(repeating: .milliseconds(900), count: fresh + 1))
    bulkhead.end(Self.slow, begunAt: .milliseconds(900), at: .milliseconds(950), isAnswered: true)
    #expect(bulkhead.admits(Self.slow, at: .milliseconds(1_000)) == admits)
  }

  @Test func `an answer makes it good again, and what is over is forgotten`() {
    var bulkhead = bulkhead(since: Array(repeating: .zero, count: 6))
    #expect(!bulkhead.admits(Self.slow, at: .seconds(1)))
    for _ in 0..<3 { bulkhead.end(Self.slow, begunAt: .zero, at: .seconds(1), isAnswered: false) }
    #expect(bulkhead.admits(Self.slow, at: .seconds(1)))
    for _ in 0..<3 { bulkhead.end(Self.slow, begunAt: .zero, at: .seconds(1), isAnswered: false) }
    #expect(bulkhead.late(at: .seconds(60)) == ([], 0))
    // Not known any more, or never: that changes nothing.
    bulkhead.end(Self.slow, begunAt: .zero, at: .seconds(1), isAnswered: true)
    bulkhead.abandon(Self.other)
    bulkhead.begin(Self.other, at: .zero)
    #expect(bulkhead.late(at: .seconds(60)) == ([], 0))
  }

  @Test func `what was let in and has not begun counts, and is late never`() {
    var bulkhead = Bulkhead(slots: 40)
    for _ in 0..<20 { bulkhead.admit(Self.slow) }
    #expect(bulkhead.admits(Self.slow, at: .seconds(60)))
    for _ in 0..<3 { bulkhead.begin(Self.slow, at: .zero) }
    // Of four that it may have under way at most, the others wait to begin.
    #expect(!bulkhead.admits(Self.slow, at: .seconds(60)))
    for _ in 0..<17 { bulkhead.abandon(Self.slow) }
    #expect(bulkhead.admits(Self.slow, at: .seconds(60)))
  }

  @Test func `no more slots are lent than there are`() {
    let bulkhead = bulkhead(slots: 3, since: Array(repeating: .zero, count: 10))
    #expect(bulkhead.late(at: .seconds(1)) == ([Self.slow], 3))
  }
}

extension Duration {
  fileprivate var inMilliseconds: Double { self / .milliseconds(1) }
}

private func == (left: (instances: [InstanceName], lent: Int), right: ([InstanceName], Int)) -> Bool {
  left.instances == right.0 && left.lent == right.1
}
