/// A POSIX TZ string: an offset, or one for each half of every year, `EST5EDT,M3.2.0,M11.1.0` (POSIX.1-2024, 8.3, with
/// the times of RFC 9636, 3.3.2).
struct RecurringOffsets: Equatable, Sendable {
  /// Seconds east of UTC in standard time.
  let standard: Int
  /// Daylight saving time, where there is one.
  let daylight: Daylight?

  struct Daylight: Equatable, Sendable {
    let offset: Int
    /// On the clock of standard time.
    let start: Day
    /// On the clock of daylight saving time.
    let end: Day
  }

  /// A day of every year, and a time on it, in seconds, that may lie up to a week before or after.
  struct Day: Equatable, Sendable {
    enum Rule: Equatable, Sendable {
      /// The n-th weekday of a month from Sunday, 0, on; the 5th is the last.
      case weekday(Int, week: Int, month: Int)
      /// From 1 to 365; February 29 is never counted.
      case julian(Int)
      /// From 0 to 365.
      case ordinal(Int)
    }

    let rule: Rule
    let time: Int
  }

  /// Reads a string; nil for any other text.
  init?(posix text: String) {
    var scanner = Scanner(rest: text.utf8[...])
    guard scanner.name(), let west = scanner.time(hours: 24) else { return nil }
    standard = -west
    guard !scanner.isAtEnd else {
      daylight = nil
      return
    }
    guard scanner.name() else { return nil }
    var offset = standard + 3600
    if !scanner.take(",") {
      guard let west = scanner.time(hours: 24), scanner.take(",") else { return nil }
      offset = -west
    }
    guard let start = scanner.day(), scanner.take(","), let end = scanner.day(), scanner.isAtEnd else { return nil }
    daylight = Daylight(offset: offset, start: start, end: end)
  }

  /// The offset at a time, in seconds since 1970.
  func offset(at time: Int) -> Int { changes(around: time).last { $0.at <= time }?.offset ?? standard }

  /// The next change after a time; nil when there is none.
  func nextChange(after time: Int) -> OffsetChange? { changes(around: time).first { $0.at > time } }

  /// The changes of the year of a time, the one before and the one after, ascending.
  private func changes(around time: Int) -> [OffsetChange] {
    guard let daylight else { return [] }
    let year = LocalTime(secondsSince1970: time).date.year
    var changes: [OffsetChange] = []
    for year in (year - 1)...(year + 1) {
      changes.append(OffsetChange(at: daylight.end.seconds(in: year) - daylight.offset, offset: standard))
      changes.append(OffsetChange(at: daylight.start.seconds(in: year) - standard, offset: daylight.offset))
    }
    // Where one ends as the next begins, daylight saving time goes on all the year (RFC 9636, 3.3.2).
    return changes.sorted { ($0.at, $0.offset == standard ? 0 : 1) < ($1.at, $1.offset == standard ? 0 : 1) }
  }
}

extension RecurringOffsets.Day {
  /// When it is in a year, in seconds since 1970 on its own clock.
  func seconds(in year: Int) -> Int {
    let newYear = CalendarDate.daysSince1970(year: year, month: 1, day: 1)
    let days =
      switch rule {
      case .ordinal(let day): newYear + day
      case .julian(let day): newYear + day - 1 + (day >= 60 && CalendarDate.isLeap(year) ? 1 : 0)
      case .weekday(let weekday, let week, let month):
        Self.day(
          weekday, week: week, firstOfMonth: CalendarDate.daysSince1970(year: year, month: month, day: 1),
          days: CalendarDate.days(inMonth: month, of: year))
      }
    return days * 86_400 + time
  }

  private static func day(_ weekday: Int, week: Int, firstOfMonth: Int, days: Int) -> Int {
    // 1970-01-01 was a Thursday.
    let (_, weekdayOfFirst) = (firstOfMonth + 4).quotientAndRemainder(flooredBy: 7)
    var day = (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
    if day >= days { day -= 7 }
    return firstOfMonth + day
  }
}

/// Reads the parts of the string from left to right.
private struct Scanner {
  var rest: Substring.UTF8View.SubSequence

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A zone's abbreviation: three or more letters, or anything in angle brackets.
  mutating func name() -> Bool {
    if take("<") {
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")), end > rest.startIndex else { return false }
      rest = rest[rest.index(after: end)...]
      return true
    }
    let letters = rest.prefix { Unicode.Scalar($0).properties.isAlphabetic && $0 < 0x80 }
    rest = rest.dropFirst(letters.count)
    return letters.count >= 3
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func time(hours most: Int) -> Int? {
    let sign = take("-") ? -1 : 1
    if sign == 1 { _ = take("+") }
    guard let hours = number(0...most) else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] where take(":") {
      guard let value = number(0...59) else { return nil }
      seconds += value * unit
    }
    return sign * seconds
  }

  mutating func day() -> RecurringOffsets.Day? {
    let rule: RecurringOffsets.Day.Rule
    if take("M") {
      guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
      else { return nil }
      rule = .weekday(weekday, week: week, month: month)
    } else if take("J") {
      guard let day = number(1...365) else { return nil }
      rule = .julian(day)
    } else {
      guard let day = number(0...365) else { return nil }
      rule = .ordinal(day)
    }
    guard take("/") else { return RecurringOffsets.Day(rule: rule, time: 2 * 3600) }
    return time(hours: 167).map { RecurringOffsets.Day(rule: rule, time: $0) }
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard (1...3).contains(digits.count), let value = Int(String(decoding: digits, as: UTF8.self)),
      range.contains(value)
    else { return nil }
    rest = rest.dropFirst(digits.count)
    return value
  }
}
