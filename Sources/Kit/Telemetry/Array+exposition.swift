extension [UInt8] {
  /// Appends text in which backslashes, newlines and, where they would end it, quotes are escaped.
  mutating func append(escaped text: String, quotes: Bool) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): append(contentsOf: #"\\"#.utf8)
      case UInt8(ascii: "\n"): append(contentsOf: #"\n"#.utf8)
      case UInt8(ascii: "\"") where quotes: append(contentsOf: #"\""#.utf8)
      default: append(byte)
      }
    }
  }

  /// Appends a whole number in decimal digits.
  mutating func append(decimal number: UInt64) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = digits.count
    var rest = number
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for index in first..<digits.count { append(digits[index]) }
  }

  /// Appends a finite number in its shortest form that reads back as the same number; whole ones end in `.0`.
  mutating func append(number: Double) {
    // Below 2^53 every whole number is exact, and its digits are quicker to write than to derive.
    guard number.magnitude < 0x1p53, number == number.rounded(.towardZero) else {
      append(contentsOf: number.description.utf8)
      return
    }
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: UInt64(number.magnitude))
    append(contentsOf: ".0".utf8)
  }

  /// Appends `name="value"`, the value escaped.
  mutating func append(label name: String, value: String) {
    append(contentsOf: name.utf8)
    append(contentsOf: "=\"".utf8)
    append(escaped: value, quotes: true)
    append(UInt8(ascii: "\""))
  }

  /// All of a sample's line that comes before its value.
  static func linePrefix(_ name: String, pairs: [UInt8]) -> [UInt8] {
    Array(name.utf8) + (pairs.isEmpty ? [] : Array("{".utf8) + pairs + Array("}".utf8)) + Array(" ".utf8)
  }
}
