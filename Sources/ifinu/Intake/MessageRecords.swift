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

  private var lines: LineReader
  private let format: Format
  private let now: Timestamp
  private var lineNumber = 0
  private var columns: [String]?
  private var separator: UInt8?
  /// Lines that a quote which never closed had taken in, to be read again.
  private var givenBack: ArraySlice<LineReader.Line> = []

  /// How many bytes have been read.
  var bytesRead: Int { lines.bytesRead }

  /// The messages of what a closure gives piece by piece.
  ///
  /// - Parameters:
  ///   - format: how it is written.
  ///   - now: `criado_em` of messages that don't say when they were made.
  ///   - next: the next piece; an empty one is the end.
  init(format: Format, now: Timestamp, next: @escaping () throws(SystemError) -> [UInt8]) {
    self.format = format
    self.now = now
    lines = LineReader(maximumLength: Message.maximumPayloadBytes, next: next)
  }

  /// The next message; nil at the end.
  ///
  /// - Throws: `SystemError` when reading fails.
  mutating func record() throws(SystemError) -> Record? {
    while let line = try nextLine() {
      let start = lineNumber
      guard case .text(let bytes) = line else {
        return Record(line: start, payload: .failure(PayloadError(field: "payload", problem: "is over 1 MiB")))
      }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      switch format {
      case .jsonl: return Record(line: start, payload: NewMessage.payload(fromJSON: bytes, now: now))
      case .csv:
        guard let payload = try csvPayload(startingWith: bytes) else { continue }
        return Record(line: start, payload: payload)
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

  /// The payload of a CSV record, which goes on over lines while a quote is open; nil for the headings.
  private mutating func csvPayload(
    startingWith first: [UInt8]
  ) throws(SystemError) -> Result<[UInt8], PayloadError>? {
    let start = lineNumber
    guard let record = try csvRecord(startingWith: first) else {
      return .failure(PayloadError(field: "payload", problem: "a quote is not closed"))
    }
    var fields: [String] = []
    for field in record.fields {
      guard let text = String(validating: field, as: UTF8.self) else {
        return .failure(PayloadError(field: "payload", problem: "is not UTF-8; save the file as CSV UTF-8"))
      }
      fields.append(text)
    }
    guard let columns else {
      columns = fields.map { $0.lowercased() }
      separator = record.separator
      return nil
    }
    return NewMessage.payload(columns: columns, fields: fields, line: start, now: now)
  }

  /// The record; nil when its quote is not closed within what a message may have: the lines after its first are then
  /// read again, as records of their own.
  private mutating func csvRecord(startingWith first: [UInt8]) throws(SystemError) -> CSVRecord? {
    let start = lineNumber
    var record = CSVRecord(separator: separator)
    var taken: [LineReader.Line] = []
    record.append(first)
    while record.isOpen {
      guard record.size <= Message.maximumPayloadBytes, let line = try nextLine() else { break }
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
