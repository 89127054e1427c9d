internal import Synchronization

/// The time that shutting down may take, once it has begun.
final class GracePeriod: Sendable {
  private let length: Duration
  private let end = Mutex<Duration?>(nil)

  init(_ length: Duration) { self.length = length }

  /// Starts it; only the first time counts.
  func begin(at now: Duration) { end.withLock { $0 = $0 ?? now + length } }

  /// What is left of it; zero when it is over or never began.
  func remaining(at now: Duration) -> Duration { max(.zero, (end.withLock(\.self) ?? now) - now) }
}
