public import Time

/// What is to be kept to when a message goes out on an instance, drawn up for one send. A class, so that a lease that holds
/// one is small: most hold none.
public final class InstanceStart: Sendable {
  /// How many sends may be under way at once, the whole fleet's; 0 for any number.
  public let concurrency: Int
  /// The time to the next start.
  public let interval: Duration
  /// How many may be sent a day.
  public let dailyCap: DailyCap
  /// The first day, where an operator has said so: it goes before the one on which the instance first sent.
  public let since: CalendarDate?
  /// Today.
  public let day: CalendarDate
  /// When the next day begins.
  public let nextDay: Timestamp

  /// Limits for one send.
  public init(
    concurrency: Int = 0, interval: Duration = .zero, dailyCap: DailyCap = DailyCap(), since: CalendarDate? = nil,
    day: CalendarDate, nextDay: Timestamp
  ) {
    self.concurrency = concurrency
    self.interval = interval
    self.dailyCap = dailyCap
    self.since = since
    self.day = day
    self.nextDay = nextDay
  }

  /// How many may be sent today by an instance that sent for the first time on a day; nil for any number.
  public func cap(firstDay: CalendarDate?) -> Int? { dailyCap.cap(on: day, firstDay: since ?? firstDay) }
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
