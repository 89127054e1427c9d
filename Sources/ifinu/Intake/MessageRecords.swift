import Delivery
import JSON
import Platform

/// The messages of a file, one after the other: JSON lines or CSV.
struct MessageRecords {
  /// How the file is written.
  enum Format: String, CaseIterable {
    case jsonl, csv
  }

  /// One message ready for its lane, or why a line is none.
  struct Record {
    /// The line on which it starts, from 1 on.
    let line: Int
    let payload: Result<[UInt8], PayloadError>
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  /// Over how many lines a quoted field may go: with quotes that never close, as many are read again for each line.
  private static let maximumLinesOfRecord = 500

  private var lines: LineReader
  private let format: Format
  private let instance: String?
  private let now: Timestamp
  private var lineNumber = 0
  private var columns: [String]?
  /// Whether it can't be known what the fields of the file are.
  private var isUnreadable = false
  private var separator: UInt8?
  /// Lines that a quote which never closed had taken in, to be read again.
  private var givenBack: ArraySlice<LineReader.Line> = []

  /// How many bytes have been read.
  var bytesRead: Int { lines.bytesRead }

  /// The messages of what a closure gives piece by piece.
  ///
  /// - Parameters:
  ///   - format: how it is written.
  ///   - instance: `instancia` of messages that name none.
  ///   - now: `criado_em` of messages that don't say when they were made.
  ///   - next: the next piece; an empty one is the end.
  init(
    format: Format, instance: String? = nil, now: Timestamp, next: @escaping () throws(SystemError) -> [UInt8]
  ) {
    self.format = format
    self.instance = instance
    self.now = now
    lines = LineReader(maximumLength: Message.maximumPayloadBytes, next: next)
  }

  /// The next message; nil at the end.
  ///
  /// - Throws: `SystemError` when reading fails.
  mutating func record() throws(SystemError) -> Record? {
    while !isUnreadable, let line = try nextLine() {
      let start = lineNumber
      guard case .text(let bytes) = line else {
        return Record(line: start, payload: .failure(PayloadError(field: "payload", problem: "is over 1 MiB")))
      }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      switch format {
      case .jsonl:
        return Record(line: start, payload: NewMessage.payload(fromJSON: bytes, instance: instance, now: now))
      case .csv:
        guard columns != nil else {
          guard let problem = try takeHeadings(startingWith: bytes) else { continue }
          isUnreadable = true
          return Record(line: start, payload: .failure(PayloadError(field: "headings", problem: problem)))
        }
        return Record(line: start, payload: try csvPayload(startingWith: bytes))
      }
    }
    return nil
  }

  private mutating func nextLine() throws(SystemError) -> LineReader.Line? {
    var next = givenBack.popFirst()
    if next == nil { next = try lines.line() }
    guard let line = next else { return nil }
    lineNumber += 1
    guard lineNumber == 1, case .text(let bytes) = line, bytes.starts(with: Self.byteOrderMark) else { return line }
    return .text(Array(bytes.dropFirst(Self.byteOrderMark.count)))
  }

  /// Takes the first record for the headings, or a line `sep=;` before it, as Excel writes one, for the separator.
  ///
  /// - Returns: what is wrong with the headings; nil when they are found, or are still to come.
  private mutating func takeHeadings(startingWith first: [UInt8]) throws(SystemError) -> String? {
    if separator == nil, first.count == 5, first.starts(with: "sep=".utf8) {
      separator = first[4]
      return nil
    }
    let record = try csvRecord(startingWith: first)
    guard let fields = record.flatMap(Self.texts) else { return "can't be read; save the file as CSV UTF-8" }
    let names = fields.map { $0.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    guard names.contains("telefone"), names.contains("texto") else {
      return "must be the first line, and name telefone and texto, perhaps id and instancia"
    }
    columns = names
    separator = record?.separator
    return nil
  }

  /// The payload of a CSV record, which goes on over lines while a quote is open.
  private mutating func csvPayload(startingWith first: [UInt8]) throws(SystemError) -> Result<[UInt8], PayloadError> {
    let start = lineNumber
    guard let record = try csvRecord(startingWith: first) else {
      return .failure(PayloadError(field: "payload", problem: "a quote is not closed"))
    }
    guard let fields = Self.texts(record) else {
      return .failure(PayloadError(field: "payload", problem: "is not UTF-8; save the file as CSV UTF-8"))
    }
    return NewMessage.payload(columns: columns ?? [], fields: fields, line: start, instance: instance, now: now)
  }

  /// The fields of a record; nil when one is not UTF-8.
  private static func texts(_ record: CSVRecord) -> [String]? {
    let texts = record.fields.map { String(validating: $0, as: UTF8.self) }
    return texts.contains(nil) ? nil : texts.compactMap(\.self)
  }

  /// The record; nil when its quote is not closed within what a message may have: the lines after its first are then
  /// read again, as records of their own.
  private mutating func csvRecord(startingWith first: [UInt8]) throws(SystemError) -> CSVRecord? {
    let start = lineNumber
    var record = CSVRecord(separator: separator)
    var taken: [LineReader.Line] = []
    record.append(first)
    while record.isOpen {
      guard record.size <= Message.maximumPayloadBytes, taken.count < Self.maximumLinesOfRecord,
        let line = try nextLine()
      else { break }
      taken.append(line)
      guard case .text(let more) = line else { break }
      record.append(more)
    }
    guard record.isOpen else { return record }
    givenBack = taken + givenBack
    lineNumber = start
    return nil
  }
}
