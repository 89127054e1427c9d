internal import Glibc

/// A clock that only goes forward, told as the distance from where it began, so that decisions are plain arithmetic and
/// tests can turn it by hand.
public struct MonotonicClock: Sendable {
  @usableFromInline let read: @Sendable () -> Duration
  @usableFromInline let suspend: @Sendable (Duration) async throws -> Void

  // Specialised by the caller: the time is read several times for each message.
  /// A clock that begins now, by another one.
  @inlinable
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

/// The time of day.
public enum WallClock {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public static var nanoseconds: Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
