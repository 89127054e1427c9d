public import Time

/// What is to be kept to when a message goes out on an instance, drawn up for one send.
public struct InstanceStart: Sendable, Equatable {
  /// How many sends may be under way at once, the whole fleet's; 0 for any number.
  public var concurrency = 0
  /// The time to the next start.
  public var interval = Duration.zero
  /// How many may be sent on this day; nil for any number.
  public var cap: Int?
  /// The day, as 20261128.
  public var day = 0
  /// When the next day begins.
  public var nextDay = Timestamp(nanoseconds: 0)

  /// No limit.
  public init() {}

  /// Limits for one send.
  public init(concurrency: Int, interval: Duration, cap: Int?, day: Int, nextDay: Timestamp) {
    self.concurrency = concurrency
    self.interval = interval
    self.cap = cap
    self.day = day
    self.nextDay = nextDay
  }
}

/// Whether a message may go out on its instance now.
public enum StartDecision: Sendable, Equatable {
  /// It may, and counts as begun.
  case granted
  /// It was put back to the front of its instance's queue.
  case putBack(WaitReason)
  /// Its lease is somebody else's.
  case lost
}
