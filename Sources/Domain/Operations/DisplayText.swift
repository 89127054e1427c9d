internal import JSON

extension String {
  /// The text with an escape for every character that is not seen: control characters, line breaks of any kind, and marks
  /// of format such as those that turn the direction of writing. So it can neither begin a line of its own, nor command
  /// a terminal, nor show itself as what it is not.
  package var onOneLine: String {
    escapingUnseen { $0 == "\n" ? "\\n" : $0 == "\r" ? "\\r" : $0 == "\t" ? "\\t" : nil }
  }

  fileprivate func escapingUnseen(_ short: (Unicode.Scalar) -> String?) -> String {
    guard unicodeScalars.contains(where: \.isUnseen) else { return self }
    var line = ""
    for scalar in unicodeScalars {
      if scalar.isUnseen { line += short(scalar) ?? scalar.escape } else { line.unicodeScalars.append(scalar) }
    }
    return line
  }
}

extension JSONValue {
  /// The value as JSON text in which every character that is not seen stands as an escape; read again it is the same.
  package var displayText: String { text.escapingUnseen { _ in nil } }
}

extension Unicode.Scalar {
  /// Whether it is of the categories Cc, Cf, Zl or Zp.
  fileprivate var isUnseen: Bool {
    if isASCII { return value < 0x20 || value == 0x7F }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  /// `\u202e`, as JSON writes it: beyond the first 65,536 characters as two of them.
  fileprivate var escape: String {
    UTF16.encode(self).map { units in
      units.map { unit in
        let hex = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      }.joined()
    } ?? ""
  }
}

/// A number with its noun: 1 message, 2 messages.
package func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
