internal import Glibc

/// A moment on the system's clock that only goes forward, also while the machine is suspended.
///
/// It is the clock of `ContinuousClock`, whose instants other modules handle by calls into the standard library: too dear
/// for what a loop does with times.
public struct MonotonicTime: InstantProtocol {
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

  /// The moment that much later, cut off after the nanoseconds.
  public func advanced(by duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    return MonotonicTime(nanoseconds: nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  /// How long it is from this moment to another.
  @inlinable
  public func duration(to other: MonotonicTime) -> Duration { .nanoseconds(other.nanoseconds - nanoseconds) }

  /// Whether a moment comes before another.
  @inlinable
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
