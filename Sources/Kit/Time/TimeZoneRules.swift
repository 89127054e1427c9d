/// How the clocks of one place are set: which offset from UTC they had, have, and will have by the rules of today.
public struct TimeZoneRules: Equatable, Sendable {
  private let initialOffset: Int
  private let changes: [OffsetChange]
  private let footer: RecurringOffsets?

  /// Reads a file of the tz database (TZif, RFC 9636, version 2 or later).
  ///
  /// - Throws: ``TimeZoneError/damaged(_:)``.
  public init(parsing file: [UInt8]) throws(TimeZoneError) {
    let file = try TimeZoneFile(parsing: file)
    initialOffset = file.initialOffset
    changes = file.changes
    footer = file.footer
  }

  /// Seconds by which local time is ahead of UTC at a moment.
  public func offset(at moment: Timestamp) -> Int { offset(at: moment.wholeSeconds) }

  /// What calendar and clock show at a moment; a fraction of a second is cut off.
  public func localTime(at moment: Timestamp) -> LocalTime {
    LocalTime(secondsSince1970: moment.wholeSeconds + offset(at: moment))
  }

  /// The moment when calendar and clock show a time: of two the first, and of none, when the clock is set past it, the
  /// moment at which it is set. What is beyond what a ``Timestamp`` can tell is its first or last moment.
  public func moment(of local: LocalTime) -> Timestamp {
    Timestamp(wholeSeconds: firstTime(reaching: local.secondsSince1970, from: .min))
  }

  /// The first moment of the local day in which a moment lies.
  public func startOfDay(at moment: Timestamp) -> Timestamp { startOfDay(localTime(at: moment).date) }

  /// The first moment of a day: not always midnight, which clocks may be set past.
  public func startOfDay(_ date: CalendarDate) -> Timestamp { self.moment(of: LocalTime(date: date, time: .midnight)) }

  /// The first moment after a given one that belongs to a later local day.
  public func startOfNextDay(after moment: Timestamp) -> Timestamp {
    next(.midnight, after: moment)
  }

  /// The first moment after a given one when the clock shows a time or is set past it.
  public func next(_ time: TimeOfDay, after moment: Timestamp) -> Timestamp {
    let local = localTime(at: moment)
    let days = local.date.daysSince1970 + (local.time < time ? 0 : 1)
    let found = firstTime(reaching: days * 86_400 + time.seconds, from: moment.wholeSeconds)
    return max(Timestamp(wholeSeconds: found), moment)
  }

  /// No offset is as large.
  private static let farthestOffset = 100_000

  /// The first time from another on, in seconds since 1970, at which calendar and clock show a time or a later one.
  private func firstTime(reaching local: Int, from start: Int) -> Int {
    var time = max(start, local - Self.farthestOffset)
    while true {
      let candidate = max(time, local - offset(at: time))
      guard let change = nextChange(after: time), change.at <= candidate else { return candidate }
      time = change.at
    }
  }

  private func offset(at time: Int) -> Int {
    let count = countOfChanges(until: time)
    if count == changes.count, let footer { return footer.offset(at: time) }
    return count == 0 ? initialOffset : changes[count - 1].offset
  }

  private func nextChange(after time: Int) -> OffsetChange? {
    let count = countOfChanges(until: time)
    return count < changes.count ? changes[count] : footer?.nextChange(after: time)
  }

  /// How many changes were made up to a time, by bisection.
  private func countOfChanges(until time: Int) -> Int {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Timestamp {
  fileprivate init(wholeSeconds: Int) {
    let (product, overflows) = Int64(wholeSeconds).multipliedReportingOverflow(by: 1_000_000_000)
    self.init(nanoseconds: overflows ? (wholeSeconds < 0 ? .min : .max) : product)
  }

  /// Seconds since 1970, rounded down.
  fileprivate var wholeSeconds: Int { Int(nanoseconds.quotientAndRemainder(flooredBy: 1_000_000_000).0) }
}
