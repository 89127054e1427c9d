/// What a file is taken for.
package struct FileKind: Equatable, Sendable {
  /// A CSV's columns.
  package struct Columns: Equatable, Sendable {
    /// What separates them; nil when there is only one.
    let separator: UInt8?
    /// The heading of each field that was found.
    let headings: [MessageField: String]
  }

  let format: FileFormat
  package let encoding: TextEncoding
  let columns: Columns?

  /// For people, in one line.
  package var text: String {
    var parts = [name, encoding.rawValue]
    if let columns {
      if let separator = columns.separator { parts.append("separated by \(Self.name(separator))") }
      parts += others(columns).map { "\($0.field.rawValue) from \"\($0.heading)\"" }
    }
    return parts.joined(separator: ", ")
  }

  /// Whether it is just what programs write, and goes without saying.
  package var isPlain: Bool { format == .jsonl && (encoding == .utf8 || encoding == .ascii) }

  private var name: String {
    switch format {
    case .csv: "CSV"
    case .json: "JSON"
    case .jsonl: "JSON lines"
    }
  }

  private func others(_ columns: Columns) -> [(field: MessageField, heading: String)] {
    MessageField.allCases.compactMap { field in
      guard let heading = columns.headings[field], ColumnNames.folded(heading) != field.rawValue else { return nil }
      return (field, ColumnNames.shown(heading))
    }
  }

  /// A separator for people to read.
  static func name(_ separator: UInt8) -> String {
    switch separator {
    case 0x09: "tabs"
    case UInt8(ascii: ","): "commas"
    default: String(Unicode.Scalar(separator))
    }
  }
}
