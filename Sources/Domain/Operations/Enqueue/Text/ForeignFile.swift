/// Files that people take for texts, and that are none.
enum ForeignFile {
  private static let spreadsheet = "is a spreadsheet, not a text; save it in Excel or LibreOffice as CSV UTF-8"

  /// What is wrong with a file, by its first bytes, and the fix; nil when it may be a text.
  static func problem(_ head: [UInt8]) -> String? {
    if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
      return "is UTF-32; save it as UTF-8"
    }
    if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) || head.starts(with: "PK".utf8) && head.contains(where: { $0 < 9 }) {
      return spreadsheet
    }
    if head.starts(with: "%PDF".utf8) { return "is a PDF, not a text" }
    if head.starts(with: [0x1F, 0x8B]) { return "is compressed; unpack it with gunzip" }
    let isText = TextEncoding.detect(head).encoding != .ascii || !head.contains(0)
    guard isText else { return "is no text" }
    let start = head.drop { $0 == 0xEF || $0 == 0xBB || $0 == 0xBF || isBlank($0) }.prefix(12)
    if start.first == UInt8(ascii: "<") {
      return "is HTML or XML, as some systems write their .xls; save it in Excel or LibreOffice as CSV UTF-8"
    }
    if start.starts(with: "BEGIN:VCARD".utf8) {
      return "holds contacts as vCard; export them as CSV"
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
