/// A time on the clock of some place, to the second, without a day.
public struct TimeOfDay: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Seconds since the clock showed midnight, below 86,400.
  public let seconds: Int

  /// 00:00.
  public static let midnight = TimeOfDay(seconds: 0)

  init(seconds: Int) { self.seconds = seconds }

  /// A time by its numbers; nil when no clock shows it: 24:00 is the next day's 00:00.
  public init?(hour: Int, minute: Int, second: Int = 0) {
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
    seconds = hour * 3600 + minute * 60 + second
  }

  /// Reads `21:00` or `9:30`; nil for any other text.
  public init?(_ text: some StringProtocol) {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      parts.joined().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let hour = Int(String(decoding: parts[0], as: UTF8.self)),
      let minute = Int(String(decoding: parts[1], as: UTF8.self))
    else { return nil }
    self.init(hour: hour, minute: minute)
  }

  /// The time as `21:00`, with its seconds where there are any.
  public var description: String {
    let text = "\(zeroPadded(seconds / 3600, 2)):\(zeroPadded(seconds / 60 % 60, 2))"
    return seconds % 60 == 0 ? text : "\(text):\(zeroPadded(seconds % 60, 2))"
  }

  /// Whether a time is before another on the same day.
  public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.seconds < right.seconds }
}

/// What calendar and clock of some place show.
public struct LocalTime: Hashable, Comparable, Sendable {
  /// The day.
  public let date: CalendarDate
  /// The time.
  public let time: TimeOfDay

  /// A day and a time.
  public init(date: CalendarDate, time: TimeOfDay) {
    self.date = date
    self.time = time
  }

  /// What a clock shows that far from 1970-01-01T00:00 on its own count.
  init(secondsSince1970 seconds: Int) {
    let (days, second) = seconds.quotientAndRemainder(flooredBy: 86_400)
    self.init(date: CalendarDate(daysSince1970: days), time: TimeOfDay(seconds: second))
  }

  var secondsSince1970: Int { date.daysSince1970 * 86_400 + time.seconds }

  /// Whether a calendar and clock show one before the other.
  public static func < (left: LocalTime, right: LocalTime) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
}
