/// The fields of one record of a CSV text (RFC 4180), taken in line by line: while a quote is open the record goes on.
struct CSVRecord {
  private static let quote = UInt8(ascii: "\"")

  /// What separates the fields; nil until the first comma or semicolon outside quotes has told: spreadsheets in Brazil
  /// write semicolons.
  private(set) var separator: UInt8?
  /// How long the record has become, in bytes.
  private(set) var size = 0
  private var finished: [[UInt8]] = []
  private var field: [UInt8] = []
  private var isQuoted = false
  private var lines = 0

  /// A record to come.
  init(separator: UInt8?) { self.separator = separator }

  /// Whether a quote is open, so that the next line belongs to the record, too.
  var isOpen: Bool { isQuoted }

  /// The fields so far.
  var fields: [[UInt8]] { finished + [field] }

  /// Takes in a line.
  mutating func append(_ line: [UInt8]) {
    if lines > 0 { field.append(UInt8(ascii: "\n")) }
    lines += 1
    size += line.count + 1
    var position = line.startIndex
    while position < line.endIndex {
      let byte = line[position]
      position += 1
      if isQuoted {
        guard byte == Self.quote else {
          field.append(byte)
          continue
        }
        isQuoted = position < line.endIndex && line[position] == Self.quote
        if isQuoted {
          field.append(byte)
          position += 1
        }
      } else if byte == Self.quote && field.isEmpty {
        isQuoted = true
      } else if isSeparator(byte) {
        finished.append(field)
        field = []
      } else {
        field.append(byte)
      }
    }
  }

  private mutating func isSeparator(_ byte: UInt8) -> Bool {
    if separator == nil, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") { separator = byte }
    return byte == separator
  }
}
