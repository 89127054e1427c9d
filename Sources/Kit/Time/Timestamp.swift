/// A moment in time, to the nanosecond, and its RFC 3339 form as Go writes and reads it.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public let nanoseconds: Int64

  /// A moment by its distance from 1970-01-01T00:00:00Z.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// A moment by its distance from 1970-01-01T00:00:00Z in milliseconds; where that is beyond what can be told, the last
  /// moment that can.
  public init(milliseconds: Int) {
    let (product, overflows) = Int64(milliseconds).multipliedReportingOverflow(by: 1_000_000)
    nanoseconds = overflows ? (milliseconds < 0 ? .min : .max) : product
  }

  /// Seconds since 1970-01-01T00:00:00Z.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The moment that much later; where that is beyond what can be told, the last moment that can.
  public func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = (.nanoseconds(nanoseconds) + duration).components
    let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return Timestamp(nanoseconds: overflows || overflowsToo ? (seconds < 0 ? .min : .max) : sum)
  }

  /// How long after another moment this one is; negative when it is before.
  public func since(_ earlier: Timestamp) -> Duration {
    // Payloads name any time: two of them may lie further apart than 64 bits of nanoseconds can tell.
    .nanoseconds(nanoseconds) - .nanoseconds(earlier.nanoseconds)
  }

  /// Whether a moment is before another.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp {
  /// Reads RFC 3339: a fraction, of which 9 digits count, an offset or `Z`.
  ///
  /// - Returns: nil for any other text, for dates that do not exist and for years before 1678, of which Go's zero time
  ///   `0001-01-01T00:00:00Z` is one: see ``isUnset(_:)``. For years after 2261 the last moment that can be told.
  public init?(rfc3339 text: String) { self.init(rfc3339: Array(text.utf8)[...]) }

  /// The same, from a text in UTF-8.
  public init?(rfc3339 utf8: ArraySlice<UInt8>) {
    var scanner = RFC3339Scanner(utf8)
    guard let date = scanner.date(), let time = scanner.time(), let offset = scanner.offset(), scanner.isAtEnd,
      date.year >= 1678
    else { return nil }
    guard date.year <= 2261 else {
      nanoseconds = .max
      return
    }
    let seconds = date.daysSince1970 * 86_400 + time.seconds - offset
    nanoseconds = Int64(seconds) * 1_000_000_000 + Int64(time.nanoseconds)
  }

  /// Whether a text in UTF-8 is Go's zero time, which stands for "not set".
  public static func isUnset(_ utf8: some Sequence<UInt8>) -> Bool { utf8.starts(with: "0001-01-01T00:00:00".utf8) }

  /// The moment in UTC as RFC 3339, with as many digits of the fraction as it needs.
  public var rfc3339: String {
    let (seconds, fraction) = nanoseconds.quotientAndRemainder(flooredBy: 1_000_000_000)
    let (days, second) = seconds.quotientAndRemainder(flooredBy: 86_400)
    let date = CalendarDate(daysSince1970: Int(days))
    var text =
      "\(date.iso)T\(zeroPadded(second / 3600, 2)):\(zeroPadded(second / 60 % 60, 2)):\(zeroPadded(second % 60, 2))"
    if fraction > 0 {
      var digits = zeroPadded(fraction, 9)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += ".\(digits)"
    }
    return text + "Z"
  }
}

/// A number in decimal, with zeros in front up to a width.
public func zeroPadded(_ number: some BinaryInteger, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension FixedWidthInteger where Self: SignedInteger {
  func quotientAndRemainder(flooredBy divisor: Self) -> (Self, Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
