/// The escapes of JSON strings (RFC 8259, section 7).
enum JSONEscapes {
  /// The bytes that stand for themselves in a string, from a place on.
  ///
  /// Most of a text is read here, so it takes eight bytes at a time: see ``EightBytes``.
  ///
  /// - Returns: where they end, and whether all are ASCII; false may also mean that one behind the end is not.
  static func plainRun(in bytes: Span<UInt8>, from start: Int) -> (end: Int, isASCII: Bool) {
    var end = start
    var isASCII = true
    while bytes.count - end >= 8 {
      let eight = EightBytes(bytes, at: end)
      isASCII = isASCII && eight.areASCII
      if let special = eight.firstSpecial { return (end + special, isASCII) }
      end += 8
    }
    while end < bytes.count, !isSpecial(bytes[end]) {
      isASCII = isASCII && bytes[end] < 0x80
      end += 1
    }
    return (end, isASCII)
  }

  /// Whether a byte can't stand for itself in a string.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// The escape of a byte that can't stand for itself in a string.
  static func escape(of byte: UInt8) -> [UInt8] {
    let letter: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
    case 0x0A: letter = UInt8(ascii: "n")
    case 0x0D: letter = UInt8(ascii: "r")
    case 0x09: letter = UInt8(ascii: "t")
    default:
      let hex = String(byte, radix: 16)
      return Array("\\u00\(hex.count == 1 ? "0" : "")\(hex)".utf8)
    }
    return [UInt8(ascii: "\\"), letter]
  }

  /// How many bytes the escape at a backslash takes, a surrogate pair counted whole; nil when it is not valid.
  static func length(in bytes: [UInt8], at position: Int) -> Int? {
    guard position + 1 < bytes.count else { return nil }
    guard bytes[position + 1] == UInt8(ascii: "u") else { return plain(bytes[position + 1]) == nil ? nil : 2 }
    guard let unit = unit(in: bytes[...], at: position) else { return nil }
    if UTF16.isLeadSurrogate(unit) {
      guard let trail = Self.unit(in: bytes[...], at: position + 6), UTF16.isTrailSurrogate(trail) else { return nil }
      return 12
    }
    return UTF16.isTrailSurrogate(unit) ? nil : 6
  }

  /// The UTF-8 of a string's content whose escapes have been found valid.
  static func decode(_ content: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var position = content.startIndex
    while position < content.endIndex {
      guard content[position] == UInt8(ascii: "\\") else {
        result.append(content[position])
        position += 1
        continue
      }
      if let byte = plain(content[position + 1]) {
        result.append(byte)
        position += 2
      } else if let unit = unit(in: content, at: position) {
        let trail = UTF16.isLeadSurrogate(unit) ? Self.unit(in: content, at: position + 6) : nil
        result.append(contentsOf: String(decoding: [unit, trail].compactMap(\.self), as: UTF16.self).utf8)
        position += trail == nil ? 6 : 12
      }
    }
    return result
  }

  private static func plain(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  private static func unit(in bytes: ArraySlice<UInt8>, at position: Int) -> UInt16? {
    guard position + 6 <= bytes.endIndex, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for byte in bytes[(position + 2)..<(position + 6)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
