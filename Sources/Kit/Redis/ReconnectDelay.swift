/// How long to leave a server alone before the next attempt to connect: at once after a connection that had worked,
/// then exponentially longer with full jitter, so that a fleet does not come back in one blow.
struct ReconnectDelay {
  private static let least = 50
  private static let most = 2000
  private var failures = 0

  /// The connection proved useful: the next break is a new one.
  mutating func reset() { failures = 0 }

  /// The delay before the next attempt.
  mutating func next() -> Duration {
    defer { failures += 1 }
    guard failures > 0 else { return .zero }
    let ceiling = min(Self.most, Self.least << min(failures, 6))
    return .milliseconds(Int.random(in: Self.least...ceiling))
  }
}
