/// How a CSV text is put down: what ends its lines, and what separates its fields.
enum CSVDialect {
  /// In the order in which they are taken when nothing else tells: the comma is in many texts.
  static let separators: [UInt8] = [UInt8(ascii: ";"), 0x09, UInt8(ascii: ","), UInt8(ascii: "|")]

  /// What ends the lines of a text that begins so: a line feed, also behind a carriage return, or a carriage return
  /// alone, as on old Macs.
  static func lineEnd(_ beginning: [UInt8]) -> UInt8 {
    var isQuoted = false
    for (position, byte) in beginning.enumerated() {
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "\n") where !isQuoted: return byte
      case UInt8(ascii: "\r") where !isQuoted:
        let next = position + 1
        return next < beginning.count && beginning[next] != UInt8(ascii: "\n") ? byte : UInt8(ascii: "\n")
      default: continue
      }
    }
    return UInt8(ascii: "\n")
  }

  /// The separator that a line `sep=;` names, as Excel writes one before the headings.
  static func named(in line: [UInt8]) -> UInt8? {
    let bare = line.filter { $0 != UInt8(ascii: "\"") }
    let isNaming = bare.count == 5 && String(decoding: bare.prefix(4), as: UTF8.self).lowercased() == "sep="
    return isNaming ? bare[4] : nil
  }

  /// The separator of a line of headings: the one that makes most of the wanted headings appear, or else most headings.
  ///
  /// - Parameters:
  ///   - line: the headings.
  ///   - isWanted: whether a heading is one that is looked for.
  /// - Returns: nil when there is only one heading.
  static func separator(of line: [UInt8], isWanted: (String) -> Bool) -> UInt8? {
    var best: (separator: UInt8?, wanted: Int, fields: Int) = (nil, 0, 1)
    for separator in separators {
      let record = CSVRecord(separator: separator, line: line)
      guard record.count > 1 else { continue }
      let wanted = (0..<record.count).count { position in
        let heading = Cell.trimmed(String(decoding: record[position], as: UTF8.self))
        return !heading.utf8.contains(where: separators.contains) && isWanted(heading)
      }
      if (wanted, record.count) > (best.wanted, best.fields) { best = (separator, wanted, record.count) }
    }
    return best.separator
  }
}
