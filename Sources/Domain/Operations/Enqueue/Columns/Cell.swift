/// What stands in one field of a table.
enum Cell {
  /// What spreadsheets and databases write where there is nothing, or something went wrong.
  private static let nothing: Set<String> = [
    "#n/d", "#n/a", "#na", "#ref!", "#valor!", "#value!", "#nome?", "#name?", "#núm!", "#num!", "#nulo!", "#null!",
    "#div/0!", "#####", "null", "(null)", "\\n", "nan", "undefined", "[object object]",
  ]

  /// The text of a field; one that Excel has as a formula, `="0012"`, is what the formula gives.
  ///
  /// - Returns: nil when it is not UTF-8.
  static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count >= 3, bytes.starts(with: "=\"".utf8), bytes.last == UInt8(ascii: "\"") else {
      return String(validating: bytes, as: UTF8.self)
    }
    var inner: [UInt8] = []
    var isSecondQuote = false
    for byte in bytes.dropFirst(2).dropLast() {
      isSecondQuote = byte == UInt8(ascii: "\"") && !isSecondQuote
      if !isSecondQuote { inner.append(byte) }
    }
    return String(validating: inner, as: UTF8.self)
  }

  /// A text without what can't be seen at its ends: blanks of any kind, control characters, marks of direction.
  static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !isInvisible($0) }),
      let last = scalars.lastIndex(where: { !isInvisible($0) })
    else { return "" }
    return String(scalars[start...last])
  }

  /// Whether nothing can be seen in a field.
  static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.allSatisfy({ $0 <= 0x20 }) { return true }
    guard bytes.contains(where: { $0 >= 0x80 }) else { return false }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy(isInvisible)
  }

  /// Whether a text is a program's word for nothing or for an error, which no customer should read.
  static func isNothing(_ text: String) -> Bool {
    text.utf8.count <= 16 && nothing.contains(text.lowercased())
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21..<0x7F: false
    case 0...0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF: true
    default: scalar.properties.isWhitespace
    }
  }
}
