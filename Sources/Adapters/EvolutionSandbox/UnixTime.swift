internal import Glibc
internal import Time

/// Seconds since 1970.
enum UnixTime {
  /// Now, by the machine's clock.
  static var now: Double { Double(WallClock.nanoseconds) / 1e9 }

  /// Now, in microseconds.
  static var microseconds: Int { Int(WallClock.nanoseconds) / 1_000 }

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
    let seconds = Timestamp(milliseconds: milliseconds).rfc3339.prefix { $0 != "." && $0 != "Z" }
    return "\(seconds).\(zeroPadded((milliseconds % 1_000 + 1_000) % 1_000, 3))Z"
  }

  /// Reads `2025-09-10`, `2025-09-10T00:31:14Z`, `2025-09-10T00:31:14.250-03:00`, and local times such as
  /// `2025-09-10T00:31`; nil for anything else.
  ///
  /// - Returns: whole seconds, fractions cut off.
  static func parse(_ text: String) -> Int? {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2 else { return seconds("\(text)T00:00:00Z") }
    let zone = halves[1].firstIndex { "Z+-".contains($0) } ?? halves[1].endIndex
    let hasSeconds = halves[1][..<zone].count { $0 == ":" } > 1
    let time = "\(halves[0])T\(halves[1][..<zone])" + (hasSeconds ? "" : ":00")
    guard zone == halves[1].endIndex else { return seconds(time + halves[1][zone...]) }
    return seconds(time + "Z").map { $0 - Int(localOffset(at: Double($0))) }
  }

  private static func seconds(_ rfc3339: String) -> Int? {
    Timestamp(rfc3339: rfc3339).map { Int($0.seconds.rounded(.down)) }
  }
}
