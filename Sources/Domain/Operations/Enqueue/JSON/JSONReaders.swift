internal import Messaging

/// The messages of JSON lines.
final class JSONLinesReader: RecordReader {
  let format = FileFormat.jsonl
  private var lines: LineReader
  private let order: IntakeOrder
  private var lineNumber = 0

  init(lines: LineReader, order: IntakeOrder) {
    self.lines = lines
    self.order = order
  }

  func record() throws(SourceError) -> MessageRecords.Record? {
    while let line = try lines.line() {
      lineNumber += 1
      guard case .text(let bytes) = line else { return MessageRecords.Record(tooLongAt: lineNumber) }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      return MessageRecords.Record(json: bytes, line: lineNumber, place: lineNumber, order)
    }
    return nil
  }
}

/// The messages of a JSON array, or of JSON objects over many lines.
final class JSONElementsReader: RecordReader {
  let format = FileFormat.json
  private var elements: JSONElements
  private let order: IntakeOrder
  private var place = 0

  init(elements: JSONElements, order: IntakeOrder) {
    self.elements = elements
    self.order = order
  }

  func record() throws(SourceError) -> MessageRecords.Record? {
    guard let element = try elements.element() else { return nil }
    place += 1
    switch element {
    case .value(let bytes): return MessageRecords.Record(json: bytes, line: elements.line, place: place, order)
    case .tooLong: return MessageRecords.Record(tooLongAt: elements.line)
    case .broken(let problem):
      let problem = "is not valid JSON: \(problem); nothing behind it was read"
      return MessageRecords.Record(
        line: elements.line, outcome: .failure(PayloadError(field: "payload", problem: problem)))
    }
  }
}

extension MessageRecords.Record {
  /// A line over the bound.
  init(tooLongAt line: Int) {
    self.init(line: line, outcome: .failure(PayloadError(field: "payload", problem: "is over 1 MiB")))
  }

  /// A message of JSON.
  fileprivate init(json: [UInt8], line: Int, place: Int, _ order: IntakeOrder) {
    self.init(
      line: line,
      outcome: Result { () throws(PayloadError) in try order.maker.message(json: json, place: place, text: order.text) }
    )
  }
}
