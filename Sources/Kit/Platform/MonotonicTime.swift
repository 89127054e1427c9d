internal import Glibc

/// A moment on the system's clock that only goes forward, also while the machine is suspended.
///
/// It is the clock of `ContinuousClock`, whose instants other modules handle by calls into the standard library: too dear
/// for what a loop does with times.
public struct MonotonicTime: InstantProtocol {
  /// What is farther than this is never waited for, and would not fit.
  private static let farthestSeconds: Int64 = 1 << 32

  /// Nanoseconds since the machine was started.
  public let nanoseconds: Int64

  /// The moment so many nanoseconds after the machine was started.
  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The time now.
  public static var now: MonotonicTime {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The moment so many milliseconds later.
  @inlinable
  public func advanced(milliseconds: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds + Int64(milliseconds) * 1_000_000)
  }

  /// The moment that much later, cut off after the nanoseconds; 136 years later or earlier at most.
  public func advanced(by duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    let boundedSeconds = min(max(seconds, -Self.farthestSeconds), Self.farthestSeconds)
    let distance = boundedSeconds * 1_000_000_000 + attoseconds / 1_000_000_000
    return MonotonicTime(nanoseconds: nanoseconds + distance)
  }

  /// How long it is from this moment to another.
  @inlinable
  public func duration(to other: MonotonicTime) -> Duration { .nanoseconds(other.nanoseconds - nanoseconds) }

  /// Whether a moment comes before another.
  @inlinable
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
