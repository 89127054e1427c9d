/// A day of the Gregorian calendar, without a time and without a time zone.
public struct CalendarDate: Hashable, Comparable, Sendable {
  /// The year, of four digits at most.
  public let year: Int
  /// The month, from 1 on.
  public let month: Int
  /// The day of the month, from 1 on.
  public let day: Int

  /// Reads the date with which a text begins, as it is written there: `2026-01-15T00:00:00Z` is the 15th wherever it is
  /// read, since a due date is a day and not a moment. Behind it may stand a time in any of the forms that databases and
  /// languages write, with or without seconds and a zone.
  ///
  /// - Returns: nil when the text does not start with a date that exists.
  public init?(rfc3339 text: String) { self.init(rfc3339: Array(text.utf8)[...]) }

  /// The same, from a text in UTF-8.
  public init?(rfc3339 utf8: ArraySlice<UInt8>) {
    var scanner = RFC3339Scanner(utf8)
    guard let date = scanner.date(), scanner.isAtEnd || scanner.looksLikeTime else { return nil }
    self = date
  }

  /// A day by its numbers; nil when there is none.
  public init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day as Brazilians write it, `dd/MM/yyyy`.
  public var brazilian: String { "\(zeroPadded(day, 2))/\(zeroPadded(month, 2))/\(zeroPadded(year, 4))" }

  /// The day as ISO 8601 writes it, `yyyy-MM-dd`.
  public var iso: String { "\(zeroPadded(year, 4))-\(zeroPadded(month, 2))-\(zeroPadded(day, 2))" }

  /// How many days after another this one is; negative when it is before.
  public func days(since earlier: CalendarDate) -> Int { daysSince1970 - earlier.daysSince1970 }

  /// Whether a day is before another.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 31
    }
  }

  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
}

/// Days counted from 1970-01-01, by years that start in March, so that a leap day is a year's last (the algorithms
/// `days_from_civil` and `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
extension CalendarDate {
  private static let daysOfEra = 146_097
  private static let daysFromEraStartTo1970 = 719_468
  private static let firstDay = daysSince1970(year: 0, month: 1, day: 1)
  private static let lastDay = daysSince1970(year: 9999, month: 12, day: 31)

  /// How many days after 1970-01-01 it is.
  public var daysSince1970: Int { Self.daysSince1970(year: year, month: month, day: day) }

  static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * daysOfEra + dayOfEra - daysFromEraStartTo1970
  }

  /// The day so many days after 1970-01-01; where that is beyond the years that can be told, the last that can.
  public init(daysSince1970 days: Int) {
    let shifted = min(max(days, Self.firstDay), Self.lastDay) + Self.daysFromEraStartTo1970
    let era = (shifted >= 0 ? shifted : shifted - (Self.daysOfEra - 1)) / Self.daysOfEra
    let dayOfEra = shifted - era * Self.daysOfEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}
