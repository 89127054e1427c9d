internal import Glibc

/// Seconds since 1970.
enum UnixTime {
  /// Now, by the machine's clock.
  static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Reads `2025-09-10`, `2025-09-10T00:31:14Z`, `2025-09-10T00:31:14.250-03:00`; nil for anything else.
  ///
  /// - Returns: whole seconds, fractions cut off.
  static func parse(_ text: String) -> Int? {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).compactMap(natural)
    guard date.count == 3, (1...12).contains(date[1]), (1...31).contains(date[2]) else { return nil }
    let midnight = days(year: date[0], month: date[1], day: date[2]) * 86_400
    guard halves.count == 2 else { return midnight }
    return secondsOfDay(halves[1]).map { midnight + $0 }
  }

  private static func secondsOfDay(_ text: Substring) -> Int? {
    guard let zone = text.firstIndex(where: { "Z+-".contains($0) }), let offset = offset(text[zone...]) else {
      return nil
    }
    let clock = text[..<zone].prefix { $0 != "." }
    let time = clock.split(separator: ":", omittingEmptySubsequences: false).compactMap(natural)
    guard time.count == 3, time[0] < 24, time[1] < 60, time[2] < 61 else { return nil }
    return time[0] * 3_600 + time[1] * 60 + time[2] - offset
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
}
