internal import Time

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
  /// - Returns: the delay.
  public func delay(afterFailures failures: Int, random: Double) -> Duration {
    let limit = cap.inSeconds
    var seconds = min(limit, base.inSeconds)
    var remaining = max(1, failures) - 1
    while remaining > 0 {
      let next = min(limit, seconds * factor)
      // At the cap, or with nothing to multiply, every further failure changes nothing any more.
      guard next != seconds else { break }
      seconds = next
      remaining -= 1
    }
    return .seconds(max(0, seconds * (1 + jitter * random)))
  }
}
