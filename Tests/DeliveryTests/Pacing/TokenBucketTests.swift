import Delivery
import TestSupport
import Testing
import Time

@Suite struct TokenBucketTests {
  @Test func `gives its burst at once and then waits for the rate`() {
    var bucket = TokenBucket(rate: 50, burst: 100, now: .seconds(7))
    for _ in 0..<100 { #expect(bucket.take(at: .seconds(7)) == nil) }
    #expect(bucket.take(at: .seconds(7)) == .milliseconds(20))
    #expect(bucket.take(at: .seconds(7) + .milliseconds(5)) == .milliseconds(15))
    #expect(bucket.take(at: .seconds(7) + .milliseconds(20)) == nil)
    #expect(bucket.take(at: .seconds(7) + .milliseconds(20)) == .milliseconds(20))
  }

  @Test func `refills up to its burst and no further`() {
    var bucket = TokenBucket(rate: 10, burst: 3, now: .zero)
    for _ in 0..<3 { #expect(bucket.take(at: .zero) == nil) }
    #expect(bucket.available(at: .milliseconds(150)) == 1.5)
    #expect(bucket.available(at: .seconds(3600)) == 3)
    for _ in 0..<3 { #expect(bucket.take(at: .seconds(3600)) == nil) }
    #expect(bucket.take(at: .seconds(3600)) == .milliseconds(100))
  }

  @Test(arguments: [1e-12, 1e-300, Double.leastNonzeroMagnitude])
  func `a rate of next to nothing is a long wait`(rate: Double) {
    var bucket = TokenBucket(rate: rate, burst: 1, now: .zero)
    #expect(bucket.take(at: .zero) == nil)
    #expect(bucket.take(at: .seconds(1)) == .seconds(1e9))
  }

  @Test func `gives nothing more while the clock stands still or goes back`() {
    var bucket = TokenBucket(rate: 1, burst: 1, now: .seconds(10))
    #expect(bucket.take(at: .seconds(10)) == nil)
    for _ in 0..<1_000 { #expect(bucket.take(at: .seconds(10)) == .seconds(1)) }
    for _ in 0..<1_000 { #expect(bucket.take(at: .seconds(5)) == .seconds(1)) }
    #expect(bucket.take(at: .seconds(11)) == nil)
  }

  @Test(
    arguments: [(50.0, 100.0), (50, 1), (0.2, 3), (1_000, 10), (3, 7), (1.0 / 3, 1), (99_999, 5)] as [(Double, Double)])
  func `never gives more over any stretch than burst and rate allow`(rate: Double, burst: Double) {
    var random = SeededRandom(seed: UInt64(rate * 1_000 + burst))
    var bucket = TokenBucket(rate: rate, burst: burst, now: .zero)
    var now = Duration.zero
    var takes: [Double] = []
    for _ in 0..<2_000 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0: now += .seconds(Double.random(in: 0...(3 * burst / rate), using: &random))
      case 1...3: break
      default:
        // As the limiter does: come back just when it was told to.
        if let wait = bucket.take(at: now) { now += wait } else { takes.append(now.inSeconds) }
        continue
      }
      if bucket.take(at: now) == nil { takes.append(now.inSeconds) }
    }
    #expect(takes.count > 100)
    for first in takes.indices {
      for last in first..<min(first + 300, takes.count) {
        let given = Double(last - first + 1)
        // Half a token: the first of a stretch may have been late for its own.
        let allowed = burst + rate * (takes[last] - takes[first]) + 0.5 + 1e-5
        guard given <= allowed else {
          Issue.record("\(given) tokens in \(takes[last] - takes[first]) s, allowed were \(allowed)")
          return
        }
      }
    }
  }

  @Test(arguments: [Duration.zero, .microseconds(70), .milliseconds(1), .milliseconds(9)])
  func `keeps the rate to the token over an hour, however late the clock wakes who waits`(lateness: Duration) {
    var bucket = TokenBucket(rate: 49.7, burst: 1, now: .zero)
    var now = Duration.zero
    var given = 0
    while now <= .seconds(3600) {
      if let wait = bucket.take(at: now) { now += wait + lateness } else { given += 1 }
    }
    #expect((178_919...178_921).contains(given))
  }

  @Test func `gives one who comes much too late nothing for it`() {
    var bucket = TokenBucket(rate: 10, burst: 1, now: .zero)
    #expect(bucket.take(at: .zero) == nil)
    #expect(bucket.take(at: .zero) == .milliseconds(100))
    #expect(bucket.take(at: .seconds(60)) == nil)
    #expect(bucket.take(at: .seconds(60)) == .milliseconds(50))
  }
}
