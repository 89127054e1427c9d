package import Messaging

/// The messages of a file, one after the other, whatever of the known kinds it is.
package final class MessageRecords {
  /// One message ready for its lane, or why what stands there is none.
  package struct Record {
    /// The line on which it starts, from 1 on.
    package let line: Int
    package let outcome: Result<NewMessage, PayloadError>
  }

  /// How much of a file is looked at to tell what it is.
  private static let beginning = 1 << 16

  private let text: SourceText
  private let order: IntakeOrder
  private var reader: (any RecordReader)?
  private var isOver = false

  /// The messages of what a closure gives piece by piece.
  ///
  /// - Parameters:
  ///   - order: what is to be made of the file.
  ///   - next: the next piece; an empty one is the end.
  /// - Throws: `SourceError` when reading fails.
  package init(_ order: IntakeOrder, next: @escaping () throws(SourceError) -> [UInt8]) throws(SourceError) {
    self.order = order
    text = try SourceText(next: next)
  }

  /// How many bytes have been read.
  package var bytesRead: Int { text.bytesRead }

  /// What the file is written in, as far as is known.
  package var encoding: TextEncoding { text.encoding }

  /// What the file is taken for, as far as is known.
  package var kind: FileKind? {
    reader.map { FileKind(format: $0.format, encoding: text.encoding, columns: $0.columns) }
  }

  /// The next message; nil at the end.
  ///
  /// - Throws: `SourceError` when reading fails.
  package func record() throws(SourceError) -> Record? {
    guard !isOver else { return nil }
    if reader == nil, let problem = try open() {
      isOver = true
      return Record(line: 1, outcome: .failure(PayloadError(field: ProblemTally.wholeFile, problem: problem)))
    }
    return try reader?.record()
  }

  /// Finds out what the file is.
  ///
  /// - Returns: what is wrong with it as a whole.
  private func open() throws(SourceError) -> String? {
    if let problem = text.problem { return problem }
    let beginning = try text.beginning(Self.beginning)
    guard text.encoding != .unknown else {
      return "is neither UTF-8 nor Windows-1252; save it as CSV UTF-8"
    }
    let format = order.format ?? FileFormat.detect(beginning, name: order.fileName)
    let text = text
    func next() throws(SourceError) -> [UInt8] { try text.piece() }
    let lines = LineReader(
      maximumLength: Message.maximumPayloadBytes, end: CSVDialect.lineEnd(beginning), next: next)
    switch format {
    case .csv: reader = CSVReader(lines, order) { text.encoding }
    case .jsonl:
      guard order.columns.isEmpty else { return "is JSON, and --column is for CSV" }
      reader = JSONLinesReader(lines: lines, order: order)
    case .json:
      guard order.columns.isEmpty else { return "is JSON, and --column is for CSV" }
      let elements = JSONElements(
        isArray: FileFormat.firstVisible(beginning) == UInt8(ascii: "["), maximumLength: Message.maximumPayloadBytes,
        lineEnd: CSVDialect.lineEnd(beginning), next: next)
      reader = JSONElementsReader(elements: elements, order: order)
    }
    return nil
  }
}

/// Reads the messages of one kind of file.
protocol RecordReader: AnyObject {
  var format: FileFormat { get }
  /// What is known of a CSV's columns.
  var columns: FileKind.Columns? { get }
  /// The next message; nil at the end.
  func record() throws(SourceError) -> MessageRecords.Record?
}

extension RecordReader {
  var columns: FileKind.Columns? { nil }
}

/// What is to be made of a file.
package struct IntakeOrder: Sendable {
  /// The file's name, which may tell its format.
  package var fileName = "-"
  /// The format; nil when the content tells.
  package var format: FileFormat?
  /// The columns that a person has named.
  package var columns: [ColumnChoice] = []
  /// The text of all messages; nil when each has its own.
  package var text: Template?
  /// Whether texts go out as they stand.
  package var isLiteral = false
  /// What makes the messages.
  let maker: MessageMaker

  /// An order to make messages, the file's format and columns to be found by its content.
  package init(maker: MessageMaker) { self.maker = maker }
}
