package import Messaging

/// The phone numbers of a file: one a line, or a column of a CSV under headings, in any encoding that messages may be in.
package final class NumberRecords {
  /// One number, or why what stands there is none.
  package struct Record {
    /// The line on which it starts, from 1 on.
    package let line: Int
    package let outcome: Result<PhoneNumber, PayloadError>
  }

  private static let beginning = 1 << 16

  private let text: SourceText
  private let choice: ColumnChoice?
  private var table: (records: CSVRecords, names: ColumnNames?, place: Int)?
  private var isOver = false

  /// The numbers of what a closure gives piece by piece.
  ///
  /// - Parameters:
  ///   - choice: the column that a person has named; nil to find it by its heading.
  ///   - next: the next piece; an empty one is the end.
  /// - Throws: `SourceError` when reading fails.
  package init(
    column choice: ColumnChoice? = nil, next: @escaping () throws(SourceError) -> [UInt8]
  ) throws(SourceError) {
    self.choice = choice
    text = try SourceText(next: next)
  }

  /// The next number; nil at the end.
  ///
  /// - Throws: `SourceError` when reading fails.
  package func record() throws(SourceError) -> Record? {
    guard !isOver else { return nil }
    if table == nil, let problem = try open() {
      isOver = true
      return Record(line: 1, outcome: .failure(problem))
    }
    while let item = try table?.records.next(), let table {
      let line = table.records.line
      switch item {
      case .tooLong: return refusal("is over 1 MiB", at: line)
      case .openQuote: return refusal("has a quote that is not closed", at: line)
      case .record(let whole):
        let record = whole.unpacked(always: false)
        if (0..<record.count).allSatisfy({ Cell.isBlank(record[$0]) }) { continue }
        return Record(
          line: line,
          outcome: Result { () throws(PayloadError) in try Self.number(record, at: table.place, under: table.names) })
      }
    }
    return nil
  }

  private func refusal(_ problem: String, at line: Int) -> Record {
    Record(line: line, outcome: .failure(PayloadError(field: "line", problem: problem)))
  }

  private static func number(
    _ record: CSVRecord, at place: Int, under names: ColumnNames?
  ) throws(PayloadError) -> PhoneNumber {
    func fault(_ problem: String) -> PayloadError { PayloadError(field: WireField.number, problem: problem) }
    // A field that was split shifts those behind it: what stands under the heading might be another's number.
    if let names,
      (names.names.count..<max(names.names.count, record.count)).contains(where: { !Cell.isBlank(record[$0]) })
    {
      throw fault("can't be told: there are \(record.count) fields, and the headings are \(names.names.count)")
    }
    guard place < record.count else { throw fault("is missing") }
    guard let text = Cell.text(record[place]).map(Cell.trimmed) else {
      throw fault("holds what can't be read; save the file as CSV UTF-8")
    }
    guard !text.isEmpty, !Cell.isNothing(text) else { throw fault("is missing") }
    do throws(PhoneNumberError) {
      return try PhoneNumber(parsing: text)
    } catch {
      throw fault(error.description)
    }
  }

  /// Finds out what the file is.
  ///
  /// - Returns: what is wrong with it as a whole.
  private func open() throws(SourceError) -> PayloadError? {
    func fault(_ problem: String) -> PayloadError { PayloadError(field: ProblemTally.wholeFile, problem: problem) }
    if let problem = text.problem { return fault(problem) }
    let beginning = try text.beginning(Self.beginning)
    guard text.encoding != .unknown else { return fault("is neither UTF-8 nor Windows-1252; save it as CSV UTF-8") }
    let first = FileFormat.firstVisible(beginning)
    guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else {
      return fault("is JSON; write one number a line, or a CSV with headings")
    }
    let text = text
    func next() throws(SourceError) -> [UInt8] { try text.piece() }
    var records = CSVRecords(
      LineReader(maximumLength: Message.maximumPayloadBytes, end: CSVDialect.lineEnd(beginning), next: next))
    let (names, problem) = try headings(of: &records)
    if let problem { return problem }
    do throws(PayloadError) {
      table = (records, names, try names.map { names throws(PayloadError) in try place(under: names) } ?? 0)
      return nil
    } catch {
      return error
    }
  }

  /// Takes the first record for the headings, unless it is a number itself.
  private func headings(
    of records: inout CSVRecords
  ) throws(SourceError) -> (names: ColumnNames?, problem: PayloadError?) {
    guard var first = try records.firstLine() else { return (nil, nil) }
    if let named = CSVDialect.named(in: first) {
      try records.skipLine()
      records.separator = named
      first = try records.firstLine() ?? []
    }
    let separator =
      records.separator
      ?? CSVDialect.separator(of: first) { heading in
        MessageField.number.isHeaded(by: heading)
          || choice.map { ColumnNames.folded($0.heading) == ColumnNames.folded(heading) } ?? false
      }
    guard separator != nil || !Self.isNumber(first) else { return (nil, nil) }
    records.separator = separator
    guard case .record(let record) = try records.next() else {
      return (
        nil, PayloadError(field: "headings", problem: "can't be read: they are too long, or a quote is not closed")
      )
    }
    let texts = (0..<record.count).compactMap { Cell.text(record[$0]) }
    guard texts.count == record.count else {
      return (nil, PayloadError(field: "headings", problem: "hold what can't be read; save the file as CSV UTF-8"))
    }
    return (ColumnNames(texts), nil)
  }

  private func place(under names: ColumnNames) throws(PayloadError) -> Int {
    guard !names.names.contains(where: MessageColumns.isData) else {
      throw PayloadError(
        field: "headings", problem: "must be the first line, and it holds a number: put a line with telefone before it")
    }
    let found =
      if let choice { try MessageColumns.place(of: choice, names) } else {
        try MessageColumns.place(of: .number, names)
      }
    guard let found else {
      throw PayloadError(
        field: "headings",
        problem:
          "name no column that holds numbers for sure: name it by --column telefone=HEADING; there are \(names.listed)")
    }
    return found
  }

  /// Whether a line is rather a number than a heading: as many digits as one has, or no letter.
  private static func isNumber(_ line: [UInt8]) -> Bool {
    let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
    return scalars.count { $0.properties.numericType != nil } >= 8 || !scalars.contains { $0.properties.isAlphabetic }
  }
}
