import Delivery
import IOThread
import JSON

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

  private var lines: LineReader
  private let format: Format
  private let now: Timestamp
  private var lineNumber = 0
  private var columns: [String]?

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
    while let line = try lines.line() {
      lineNumber += 1
      let start = lineNumber
      guard case .text(let bytes) = line else {
        return Record(line: start, payload: .failure(PayloadError(field: "payload", problem: "is over 1 MiB")))
      }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      switch format {
      case .jsonl: return Record(line: start, payload: NewMessage.payload(fromJSON: bytes, now: now))
      case .csv:
        guard let fields = try csvFields(startingWith: bytes) else {
          return Record(
            line: start, payload: .failure(PayloadError(field: "payload", problem: "a quote is not closed")))
        }
        guard let columns else {
          columns = fields.map { $0.lowercased() }
          continue
        }
        return Record(
          line: start, payload: NewMessage.payload(columns: columns, fields: fields, line: start, now: now))
      }
    }
    return nil
  }

  /// The fields of a CSV record (RFC 4180), which goes on over lines while a quote is open; nil when it never closes.
  private mutating func csvFields(startingWith first: [UInt8]) throws(SystemError) -> [String]? {
    var record = first
    while true {
      if let fields = CSVRecord.fields(record) { return fields }
      guard record.count <= Message.maximumPayloadBytes, case .text(let more) = try lines.line() else { return nil }
      lineNumber += 1
      record.append(UInt8(ascii: "\n"))
      record.append(contentsOf: more)
    }
  }
}
