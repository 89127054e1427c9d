/// Reads the parts of an RFC 3339 text from left to right; each part is nil when the text has none there.
struct RFC3339Scanner {
  private var rest: ArraySlice<UInt8>

  init(_ utf8: ArraySlice<UInt8>) { rest = utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func date() -> CalendarDate? {
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2) else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  /// The time of day; a leap second counts as the last one of its minute.
  mutating func time() -> (seconds: Int, nanoseconds: Int)? {
    guard take("T") || take("t") || take(" "), let hour = number(2), take(":"), let minute = number(2), take(":"),
      let second = number(2), hour < 24, minute < 60, second <= 60
    else { return nil }
    guard let nanoseconds = fraction() else { return nil }
    return (hour * 3600 + minute * 60 + min(second, 59), nanoseconds)
  }

  /// Whether what is left has the look of a time behind a date: hours and minutes, and then nothing but what times and
  /// zones are made of.
  var looksLikeTime: Bool {
    var time = self
    guard time.take("T") || time.take("t") || time.take(" "), let hour = time.number(2), hour < 24, time.take(":"),
      let minute = time.number(2), minute < 60, time.rest.count <= 48
    else { return false }
    return time.rest.allSatisfy { byte in
      let character = Character(Unicode.Scalar(byte))
      return character.isASCII && (character.isLetter || character.isNumber || ":.,+-/_[] ".contains(character))
    }
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int? {
    if take("Z") || take("z") { return 0 }
    let sign = take("-") ? -1 : 1
    guard sign == -1 || take("+"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private mutating func fraction() -> Int? {
    guard take(".") else { return 0 }
    var value = 0
    var count = 0
    while let digit = rest.first.flatMap(Self.digit) {
      rest.removeFirst()
      count += 1
      if count <= 9 { value = value * 10 + digit }
    }
    guard count > 0 else { return nil }
    for _ in count..<max(count, 9) { value *= 10 }
    return value
  }

  private mutating func number(_ width: Int) -> Int? {
    var value = 0
    for _ in 0..<width {
      guard let digit = rest.popFirst().flatMap(Self.digit) else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }
}
