internal import Messaging

/// The messages of a CSV text.
final class CSVReader: RecordReader {
  let format = FileFormat.csv
  private var records: CSVRecords
  private let order: IntakeOrder
  private let encoding: () -> TextEncoding
  private var table: CSVTable?
  private var isUnreadable = false
  /// Whether the headings came as one field.
  private var isPacked = false

  /// The messages of a text's lines.
  ///
  /// - Parameters:
  ///   - lines: the text's.
  ///   - order: what is to be made of them.
  ///   - encoding: what the text is written in, as far as is known.
  init(_ lines: LineReader, _ order: IntakeOrder, encoding: @escaping () -> TextEncoding) {
    records = CSVRecords(lines)
    self.order = order
    self.encoding = encoding
  }

  var columns: FileKind.Columns? {
    FileKind.Columns(separator: records.separator, headings: table?.headings ?? [:])
  }

  func record() throws(SourceError) -> MessageRecords.Record? {
    if table == nil, !isUnreadable, let problem = try readHeadings() {
      isUnreadable = true
      return MessageRecords.Record(line: max(1, records.line), outcome: .failure(problem))
    }
    while let table, let item = try records.next() {
      switch item {
      case .tooLong: return MessageRecords.Record(tooLongAt: records.line)
      case .openQuote: return refusal("a quote is not closed")
      case .record(let record):
        if (0..<record.count).allSatisfy({ Cell.isBlank(record[$0]) }) { continue }
        guard String(validating: record.bytes, as: UTF8.self) != nil else {
          return refusal(Self.undecodable(encoding()))
        }
        let (line, record) = (records.line, record.unpacked(always: isPacked))
        return MessageRecords.Record(
          line: line,
          outcome: Result { () throws(PayloadError) in try table.message(record, line: line, order.maker) })
      }
    }
    return nil
  }

  private func refusal(_ problem: String) -> MessageRecords.Record {
    MessageRecords.Record(line: records.line, outcome: .failure(PayloadError(field: "payload", problem: problem)))
  }

  /// Takes the first record for the headings, and a line `sep=;` before it for the separator.
  ///
  /// - Returns: what is wrong with the headings; nil also when there are none because the text is empty.
  private func readHeadings() throws(SourceError) -> PayloadError? {
    guard var first = try records.firstLine() else {
      guard try records.next() != nil else { return nil }
      return PayloadError(field: "headings", problem: "are over 1 MiB")
    }
    if let named = CSVDialect.named(in: first) {
      try records.skipLine()
      records.separator = named
      first = try records.firstLine() ?? []
    }
    if records.separator == nil { records.separator = separator(of: first) }
    switch try records.next() {
    case nil: return nil
    case .openQuote: return PayloadError(field: "headings", problem: "have a quote that is not closed")
    case .tooLong: return PayloadError(field: "headings", problem: "are over 1 MiB")
    case .record(var record):
      if records.separator == nil, let hidden = separator(of: record.bytes) {
        records.separator = hidden
        record = CSVRecord(separator: hidden, line: record.bytes)
        isPacked = true
      }
      let texts = (0..<record.count).map { Cell.text(record[$0]) }
      guard !texts.contains(nil) else {
        return PayloadError(field: "headings", problem: Self.undecodable(encoding()))
      }
      do throws(PayloadError) {
        table = try CSVTable(texts.compactMap(\.self), order)
        return nil
      } catch {
        return error
      }
    }
  }

  private func separator(of headings: [UInt8]) -> UInt8? {
    let choices = order.columns.map { ColumnNames.folded($0.heading) }
    return CSVDialect.separator(of: headings) { heading in
      MessageField.allCases.contains { $0.isHeaded(by: heading) } || choices.contains(ColumnNames.folded(heading))
    }
  }

  private static func undecodable(_ encoding: TextEncoding) -> String {
    encoding == .unknown
      ? "holds what is neither UTF-8 nor Windows-1252; save the file as CSV UTF-8"
      : "holds what is not \(encoding.rawValue), as the rest of the file is; save it as CSV UTF-8"
  }
}
