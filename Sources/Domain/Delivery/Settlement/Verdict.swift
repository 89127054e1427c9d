/// What becomes of a message after an attempt at sending it.
public enum Verdict: Sendable, Equatable {
  /// It was sent.
  case sent
  /// It is tried again after a delay, with these counts.
  case retry(after: Duration, attempts: Int, deferrals: Int)
  /// It is given up, after this many attempts.
  case dead(DeathReason, attempts: Int)
}

/// The rules that turn a failure into a verdict.
public struct VerdictPolicy: Sendable, Equatable {
  /// What to do with a message that may or may not have been sent.
  public enum OnUncertain: String, CaseIterable, Sendable {
    /// Give it up as `incerto`: a person decides.
    case park
    /// Treat it like any passing failure, at the price of sending some twice.
    case retry
  }

  /// How often a message may be pushed back, which takes no attempt.
  public static let maximumDeferrals = 20

  /// The delays and the number of attempts.
  public let retry: RetryPolicy
  /// What to do with a message that may or may not have been sent.
  public let onUncertain: OnUncertain

  /// The rules.
  public init(retry: RetryPolicy, onUncertain: OnUncertain) {
    self.retry = retry
    self.onUncertain = onUncertain
  }

  /// The verdict on a failed attempt.
  ///
  /// - Parameters:
  ///   - failure: how it failed.
  ///   - attempts: attempts before this one.
  ///   - deferrals: how often the message had been pushed back before.
  ///   - random: a number from -1 to 1 for the delay's random share.
  /// - Returns: what becomes of the message.
  public func verdict(on failure: SendFailure, attempts: Int, deferrals: Int, random: Double) -> Verdict {
    if failure.kind == .rateLimited {
      return pushedBack(failure, attempts: attempts, deferrals: deferrals, random: random)
    }
    let made = attempts + 1
    if failure.kind.isPermanent { return .dead(.refused(failure.kind), attempts: made) }
    if failure.kind == .uncertain && onUncertain == .park { return .dead(.uncertain, attempts: made) }
    guard made < retry.maximumAttempts else { return .dead(.attemptsExhausted, attempts: made) }
    let delay = max(retry.delay(afterFailures: made, random: random), failure.retryAfter ?? .zero)
    return .retry(after: delay, attempts: made, deferrals: deferrals)
  }

  private func pushedBack(_ failure: SendFailure, attempts: Int, deferrals: Int, random: Double) -> Verdict {
    guard deferrals < Self.maximumDeferrals else { return .dead(.deferralsExhausted, attempts: attempts) }
    // Never sooner than was asked for: the random share only adds.
    let asked = failure.retryAfter.map { $0 * (1 + retry.jitter * abs(random)) }
    let delay = asked ?? retry.delay(afterFailures: deferrals + 1, random: random)
    return .retry(after: delay, attempts: attempts, deferrals: deferrals + 1)
  }
}
