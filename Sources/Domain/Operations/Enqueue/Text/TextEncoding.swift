/// How the characters of a text are written as bytes.
package enum TextEncoding: String, Sendable {
  /// Nothing but ASCII so far, which is the same in UTF-8 and in Windows-1252.
  case ascii = "ASCII"
  case utf8 = "UTF-8"
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  /// What Excel in Brazil writes; ISO-8859-1 where it is told from it by nothing but control characters.
  case windows1252 = "Windows-1252"
  /// None of these: Mac Roman or a code page of DOS, by the look of it.
  case unknown = "an unknown encoding"

  /// What the first bytes of a text tell: a byte order mark, or the zero bytes of UTF-16.
  ///
  /// - Parameter head: the first bytes, some hundreds when there are as many.
  /// - Returns: the encoding, ``ascii`` when it is still open, and how many bytes the mark takes.
  static func detect(_ head: [UInt8]) -> (encoding: TextEncoding, mark: Int) {
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if head.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if head.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    var zeros = (even: 0, odd: 0)
    for (position, byte) in head.enumerated() where byte == 0 {
      if position.isMultiple(of: 2) { zeros.even += 1 } else { zeros.odd += 1 }
    }
    // In a text of mostly Latin letters nearly every other byte is zero, and none of those between.
    let units = head.count / 2
    if zeros.odd > units * 3 / 4, zeros.even == 0 { return (.utf16LittleEndian, 0) }
    if zeros.even > units * 3 / 4, zeros.odd == 0 { return (.utf16BigEndian, 0) }
    return (.ascii, 0)
  }

  /// What a stretch of text that is not all ASCII tells, by the vote of its bytes: one broken character does not make a
  /// text in UTF-8 one in Windows-1252.
  ///
  /// - Parameters:
  ///   - window: bytes of the text.
  ///   - isCut: whether the text goes on behind them, so that a character may be cut off.
  /// - Returns: ``utf8``, ``windows1252`` or ``unknown``.
  static func vote(_ window: [UInt8], isCut: Bool) -> TextEncoding {
    var (valid, invalid, letters, strange) = (0, 0, 0, 0)
    var position = 0
    while position < window.count {
      let byte = window[position]
      guard byte >= 0x80 else {
        position += 1
        continue
      }
      if let length = utf8Length(in: window, at: position), isCut || position + length <= window.count {
        valid += 1
        position += length
        continue
      }
      invalid += 1
      if Windows1252.isStrange(byte, after: position > 0 ? window[position - 1] : 0x20) {
        strange += 1
      } else if byte >= 0xC0 {
        letters += 1
      }
      position += 1
    }
    if valid >= invalid { return .utf8 }
    return strange > 0 && strange * 4 >= letters ? .unknown : .windows1252
  }

  /// The length of the character of more than one byte at a place, which may be cut off; nil when there is none.
  private static func utf8Length(in bytes: [UInt8], at position: Int) -> Int? {
    let length: Int
    switch bytes[position] {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return nil
    }
    let end = min(position + length, bytes.count)
    if length == 2, position + 1 < bytes.count, Windows1252.isCapital(bytes[position], before: bytes[position + 1]) {
      return nil
    }
    guard bytes[(position + 1)..<end].allSatisfy({ (0x80...0xBF).contains($0) }) else { return nil }
    return length
  }
}
