/// A clock that only goes forward, told as the distance from where it began, so that decisions are plain arithmetic and
/// tests can turn it by hand.
public struct MonotonicClock: Sendable {
  private let read: @Sendable () -> Duration
  private let suspend: @Sendable (Duration) async throws -> Void

  /// A clock that begins now, by another one.
  public init<C: Clock>(_ clock: C = ContinuousClock()) where C.Duration == Duration {
    let origin = clock.now
    read = { origin.duration(to: clock.now) }
    suspend = { try await clock.sleep(for: $0, tolerance: .zero) }
  }

  /// The time since it began.
  public var now: Duration { read() }

  /// Suspends the task for that long.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(for duration: Duration) async throws { try await suspend(duration) }
}
