/// One record of a CSV text (RFC 4180); a semicolon separates fields too, as spreadsheets in Brazil write it, when the
/// record has no comma outside quotes before it.
enum CSVRecord {
  /// The fields; nil while a quote is open.
  static func fields(_ record: [UInt8]) -> [String]? {
    let separator = separator(of: record)
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var position = record.startIndex
    while position < record.endIndex {
      let byte = record[position]
      position += 1
      switch (byte, isQuoted) {
      case (UInt8(ascii: "\""), true):
        if position < record.endIndex, record[position] == UInt8(ascii: "\"") {
          field.append(byte)
          position += 1
        } else {
          isQuoted = false
        }
      case (UInt8(ascii: "\""), false) where field.isEmpty: isQuoted = true
      case (separator, false):
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      default: field.append(byte)
      }
    }
    guard !isQuoted else { return nil }
    return fields + [String(decoding: field, as: UTF8.self)]
  }

  private static func separator(of record: [UInt8]) -> UInt8 {
    var isQuoted = false
    for byte in record {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")) { return byte }
    }
    return UInt8(ascii: ",")
  }
}
