/// The code page of Windows in western Europe and America (WHATWG Encoding Standard, index windows-1252, without the five
/// bytes that stand for nothing).
enum Windows1252 {
  /// From 0x80 on; 0 where there is no character.
  private static let highControls: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  /// The character that a byte stands for; nil for the five that stand for none.
  static func scalar(_ byte: UInt8) -> UInt16? {
    guard (0x80...0x9F).contains(byte) else { return UInt16(byte) }
    let scalar = highControls[Int(byte) - 0x80]
    return scalar == 0 ? nil : scalar
  }

  /// Whether a byte behind another would be a strange thing in a text: a sign inside a word, a capital behind a small
  /// letter. Those are where other code pages have their accents.
  static func isStrange(_ byte: UInt8, after previous: UInt8) -> Bool {
    switch byte {
    // Euro, ellipsis, quotes, bullet, dashes and trade mark do stand behind letters.
    case 0x80, 0x85, 0x91...0x97, 0x99: false
    case 0x80...0x9F: previous >= 0x80 || isLetter(previous)
    case 0xC0...0xDE: (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(previous)
    default: false
    }
  }

  /// Whether two bytes are rather a capital and the sign behind it, "VOCÊ…", than what they are in UTF-8.
  static func isCapital(_ first: UInt8, before second: UInt8) -> Bool {
    switch second {
    case 0x85: first >= 0xC3
    case 0x91...0x97, 0xA0: first >= 0xC4
    default: false
    }
  }

  /// Whether two bytes are a letter of Portuguese in UTF-8, and nothing that anybody writes in Windows-1252: "Ã£".
  static func isForeign(_ first: UInt8, _ second: UInt8) -> Bool {
    guard first == 0xC3 else { return false }
    switch second {
    // á â ã ç é ê í ó ô õ ú, and the capitals whose second byte is neither a quotation mark nor a space.
    case 0xA1, 0xA2, 0xA3, 0xA7, 0xA9, 0xAA, 0xAD, 0xB3, 0xB4, 0xB5, 0xBA: return true
    case 0x81, 0x82, 0x83, 0x87, 0x89, 0x8A, 0x8D, 0x9A: return true
    default: return false
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
