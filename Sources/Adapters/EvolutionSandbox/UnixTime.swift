internal import Glibc

/// Seconds since 1970.
enum UnixTime {
  /// Now, by the machine's clock.
  static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// How much the local time is ahead of UTC, in seconds.
  static func localOffset(at time: Double) -> Double {
    var seconds = time_t(time)
    var local = unsafe tm()
    unsafe localtime_r(&seconds, &local)
    return unsafe Double(local.tm_gmtoff)
  }

  /// A time in UTC, as JavaScript writes it: `2025-09-10T00:31:14.250Z`.
  static func text(_ time: Double) -> String {
    let milliseconds = Int((time * 1_000).rounded(.down))
    let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
    let date = date(of: days)
    func digits(_ value: Int, _ count: Int) -> String {
      String(repeating: "0", count: max(0, count - String(value).count)) + String(value)
    }
    let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { digits($0, 2) }.joined(separator: ":")
    return
      "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))T\(clock).\(digits(rest % 1_000, 3))Z"
  }

  /// Reads `2025-09-10`, `2025-09-10T00:31:14Z`, `2025-09-10T00:31:14.250-03:00`, and local times such as
  /// `2025-09-10T00:31`; nil for anything else.
  ///
  /// - Returns: whole seconds, fractions cut off.
  static func parse(_ text: String) -> Int? {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).compactMap(natural)
    guard date.count == 3, (1...12).contains(date[1]), (1...31).contains(date[2]) else { return nil }
    let midnight = days(year: date[0], month: date[1], day: date[2]) * 86_400
    guard halves.count == 2 else { return midnight }
    let zone = halves[1].firstIndex { "Z+-".contains($0) } ?? halves[1].endIndex
    guard let time = secondsOfDay(halves[1][..<zone].prefix { $0 != "." }) else { return nil }
    guard zone < halves[1].endIndex else { return midnight + time - Int(localOffset(at: Double(midnight + time))) }
    return offset(halves[1][zone...]).map { midnight + time - $0 }
  }

  private static func secondsOfDay(_ clock: Substring) -> Int? {
    let time = clock.split(separator: ":", omittingEmptySubsequences: false).compactMap(natural)
    guard (2...3).contains(time.count), time[0] < 24, time[1] < 60, time.count < 3 || time[2] < 61 else { return nil }
    return time[0] * 3_600 + time[1] * 60 + (time.count < 3 ? 0 : time[2])
  }

  private static func offset(_ zone: Substring) -> Int? {
    if zone == "Z" { return 0 }
    let parts = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false).compactMap(natural)
    guard parts.count == 2, parts[0] < 24, parts[1] < 60 else { return nil }
    return (zone.first == "-" ? -1 : 1) * (parts[0] * 3_600 + parts[1] * 60)
  }

  private static func natural(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  /// Days from 1970-01-01, with years that start in March, so that the leap day is their last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }

  /// The date of a day, counted from 1970-01-01: the other way round.
  private static func date(of days: Int) -> (year: Int, month: Int, day: Int) {
    // From the first day of a March on, in eras of 400 years.
    let (era, day) = (days + 719_468).flooredDivision(by: 146_097)
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (
      era * 400 + year + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1
    )
  }
}

extension Int {
  fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
