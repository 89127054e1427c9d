internal import Time

/// A token bucket: it fills at a steady rate up to its size, and every message takes one token out.
///
/// Over any stretch of time `t` no more than `burst + rate × t` tokens fall due. Whoever waits for one takes it when the
/// clock has woken them, a little late; the next falls due as if they had been in time, so that a bucket of one token,
/// too, gives the whole rate.
public struct TokenBucket: Sendable {
  /// Tokens a second.
  public let rate: Double
  /// The most tokens it holds.
  public let burst: Double
  private var tokens: Double
  private var filledAt: Duration
  private var isAwaited = false

  /// A wait is told again at its end if there is no token yet.
  private static let longestWaitInSeconds = 1e9
  /// How much of a token may come in beyond the burst while somebody is late to take one.
  private static let roomWhileAwaited = 0.5

  /// A full bucket.
  ///
  /// - Parameters:
  ///   - rate: tokens a second, above 0.
  ///   - burst: the most tokens it holds, at least 1.
  ///   - now: the time on the clock that the other calls tell, too.
  public init(rate: Double, burst: Double, now: Duration) {
    self.rate = rate
    self.burst = burst
    tokens = burst
    filledAt = now
  }

  /// How many tokens it holds at a time.
  public func available(at now: Duration) -> Double { max(0, min(burst, level(at: now))) }

  /// Takes a token if there is one.
  ///
  /// - Returns: nil when a token was taken, else how long until there will be one.
  public mutating func take(at now: Duration) -> Duration? {
    tokens = level(at: now)
    filledAt = max(filledAt, now)
    // The wait that was told is rounded to the clock's ticks: a bucket that is that close is not sent to sleep again.
    guard tokens >= 1 - 1e-6 else {
      isAwaited = true
      // At a rate of next to nothing it would not fit.
      return .seconds(min((1 - tokens) / rate, Self.longestWaitInSeconds))
    }
    isAwaited = false
    // What was short of a whole token stays owed, so that many such takes don't add up to a higher rate.
    tokens -= 1
    return nil
  }

  private func level(at now: Duration) -> Double {
    min(burst + (isAwaited ? Self.roomWhileAwaited : 0), tokens + max(.zero, now - filledAt).inSeconds * rate)
  }
}
