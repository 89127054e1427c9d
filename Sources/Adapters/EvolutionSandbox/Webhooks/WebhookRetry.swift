/// When the call of a webhook is tried again: Evolution's own rule.
package struct WebhookRetry: Sendable {
  /// Statuses after which there is no other attempt.
  static let finalStatuses: Set<Int> = [400, 401, 403, 404, 422]

  /// What to do after an attempt.
  enum Verdict: Equatable {
    /// It was answered well.
    case delivered
    /// There is no other attempt.
    case failed
    /// Another attempt follows after that time.
    case wait(Duration)
  }

  /// How many attempts are made in all.
  package var attempts = 10
  /// The wait before the second attempt, and the shortest of all; each wait is twice the one before.
  package var first = Duration.seconds(5)
  /// The wait from which on none is longer, but for chance.
  package var longest = Duration.seconds(300)
  /// The share of a wait by which chance makes it longer or shorter.
  package var jitter = 0.2

  /// Ten attempts, with waits from 5 to 300 seconds.
  package init() {}

  /// What to do after an attempt.
  ///
  /// - Parameters:
  ///   - status: the answer's; nil when there was none.
  ///   - attempt: which attempt it was, from 1.
  ///   - chance: from -1 to 1.
  /// - Returns: whether it is over, and otherwise how long to wait.
  func verdict(on status: Int?, attempt: Int, chance: Double) -> Verdict {
    if let status {
      if (200..<300).contains(status) { return .delivered }
      if Self.finalStatuses.contains(status) { return .failed }
    }
    guard attempt < attempts else { return .failed }
    let doubled = first * (1 << min(attempt - 1, 30))
    return .wait(max(first, min(doubled, longest) * (1 + jitter * chance)))
  }
}
