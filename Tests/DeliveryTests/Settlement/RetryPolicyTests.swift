import Delivery
import Testing
import Time

@Suite struct RetryPolicyTests {
  private static let original = RetryPolicy(
    maximumAttempts: 3, base: .seconds(300), factor: 5, cap: .seconds(7200), jitter: 0.1)

  @Test(arguments: [
    (1, Duration.seconds(300)), (2, .seconds(1500)), (3, .seconds(7200)), (4, .seconds(7200)), (1_000, .seconds(7200)),
    (Int.max, .seconds(7200)), (0, .seconds(300)), (-1, .seconds(300)), (Int.min, .seconds(300)),
  ])
  func `waits 5 minutes, 25 minutes and then 2 hours`(failures: Int, delay: Duration) {
    #expect(Self.original.delay(afterFailures: failures, random: 0) == delay)
  }

  @Test(arguments: [-1.0, -0.5, 0, 0.25, 1])
  func `moves the delay by its random share and no further`(random: Double) {
    let delay = Self.original.delay(afterFailures: 3, random: random).inSeconds
    #expect(abs(delay - 7200 * (1 + 0.1 * random)) < 1e-6)
    #expect((6479.999...7920.001).contains(delay))
  }

  @Test(arguments: [
    (Duration.zero, 5.0, Duration.seconds(10), Duration.zero), (.seconds(1), 1, .seconds(10), .seconds(1)),
    (.seconds(20), 2, .seconds(10), .seconds(10)), (.milliseconds(1), 1e300, .seconds(10), .seconds(10)),
    (.seconds(8), 0, .seconds(10), .zero), (.seconds(1), 1.0000001, .seconds(10), .seconds(10)),
  ])
  func `has an answer for every setting`(base: Duration, factor: Double, cap: Duration, delay: Duration) {
    let policy = RetryPolicy(maximumAttempts: 3, base: base, factor: factor, cap: cap, jitter: 0)
    #expect(policy.delay(afterFailures: 100_000_000, random: 0) == delay)
  }

  @Test func `never waits less than nothing`() {
    let policy = RetryPolicy(maximumAttempts: 3, base: .seconds(1), factor: 2, cap: .seconds(9), jitter: 3)
    #expect(policy.delay(afterFailures: 1, random: -1) == .zero)
  }
}
