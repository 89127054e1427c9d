/// How long to wait before the next attempt: exponential backoff with a cap and a random share, so that messages that
/// failed together do not come back together.
public struct RetryPolicy: Sendable, Equatable {
  /// Attempts in all before a message is given up.
  public let maximumAttempts: Int
  /// The delay after the first failure.
  public let base: Duration
  /// What every further failure multiplies it by.
  public let factor: Double
  /// The longest delay, before the random share.
  public let cap: Duration
  /// The random share of the delay, up and down: 0.1 is ± 10 %.
  public let jitter: Double

  /// A policy.
  public init(maximumAttempts: Int, base: Duration, factor: Double, cap: Duration, jitter: Double) {
    self.maximumAttempts = maximumAttempts
    self.base = base
    self.factor = factor
    self.cap = cap
    self.jitter = jitter
  }

  /// The delay after a number of failures.
  ///
  /// - Parameters:
  ///   - failures: how many there were, from 1 on.
  ///   - random: a number from -1 to 1 that places the delay within the random share.
  public func delay(afterFailures failures: Int, random: Double) -> Duration {
    let exponent = Double(max(0, failures - 1))
    let seconds = min(cap.inSeconds, base.inSeconds * power(factor, exponent))
    return .seconds(max(0, seconds * (1 + jitter * random)))
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0
    var remaining = exponent
    // Past 1,000 steps any factor above 1 has reached the cap, and a factor of 1 stays where it is.
    while remaining >= 1 && result.isFinite && exponent - remaining < 1_000 {
      result *= base
      remaining -= 1
    }
    return result
  }
}
