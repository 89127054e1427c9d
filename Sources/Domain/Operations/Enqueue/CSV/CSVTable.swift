internal import Messaging

/// What a CSV's headings tell about the records under them.
final class CSVTable {
  private let names: ColumnNames
  private let columns: MessageColumns
  private let isLiteral: Bool
  private let common: Template.Bound?
  /// The last text that a record had, and what it is as a template: most files have one text for all.
  private var last: (text: String, template: Template.Bound)?
  private let lastUsed: Int

  /// Takes the headings.
  ///
  /// - Throws: `PayloadError` when it can't be told for sure what is what.
  init(_ headings: [String], _ order: IntakeOrder) throws(PayloadError) {
    // Spreadsheets put down empty columns at the right; what stands in one belongs to no heading.
    names = ColumnNames(Array(headings[..<((headings.lastIndex { !Cell.trimmed($0).isEmpty } ?? -1) + 1)]))
    columns = try MessageColumns(names, choices: order.columns, hasText: order.text != nil)
    isLiteral = order.isLiteral
    common = try order.text?.bound(to: names)
    lastUsed = max(columns.places.values.max() ?? 0, common?.columns.max() ?? 0)
  }

  /// The heading of each field that was found.
  var headings: [MessageField: String] { columns.places.mapValues { names.names[$0] } }

  /// The message of a record.
  ///
  /// - Throws: `PayloadError` when it is none.
  func message(_ record: CSVRecord, line: Int, _ maker: MessageMaker) throws(PayloadError) -> NewMessage {
    try checkCount(record)
    let number = cell(.number, record)
    guard !Cell.trimmed(number).isEmpty else { throw PayloadError(field: WireField.number, problem: "is missing") }
    let text = try text(record)
    let (id, instance) = (Cell.trimmed(cell(.id, record)), Cell.trimmed(cell(.instance, record)))
    guard !Cell.isNothing(instance) else { throw Self.nothing(WireField.instance) }
    return try maker.message(
      number: number, text: text, id: id.isEmpty || Cell.isNothing(id) ? nil : id, source: "csv", place: line,
      instance: instance.isEmpty ? nil : instance)
  }

  /// A field that was split, or a line break without quotes, shows in the number of fields. Spreadsheets leave out empty
  /// ones at the end of a line, or add some.
  private func checkCount(_ record: CSVRecord) throws(PayloadError) {
    let isShort = record.count <= lastUsed
    let hasMore = (names.names.count..<max(names.names.count, record.count)).contains { !Cell.isBlank(record[$0]) }
    guard isShort || hasMore else { return }
    let problem = "has \(record.count) fields, and the headings are \(names.names.count)"
    throw PayloadError(field: "payload", problem: problem)
  }

  private func text(_ record: CSVRecord) throws(PayloadError) -> String {
    if let common { return try common.filled { value($0, record) } }
    let text = cell(.text, record)
    guard !Cell.isNothing(Cell.trimmed(text)) else { throw Self.nothing(WireField.text) }
    guard !isLiteral, text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else {
      return text
    }
    let template: Template.Bound
    if let last, last.text == text {
      template = last.template
    } else {
      template = try Template(text).bound(to: names)
      last = (text, template)
    }
    return try template.filled { value($0, record) }
  }

  private static func nothing(_ field: String) -> PayloadError {
    PayloadError(field: field, problem: "holds an error, or a program's word for nothing")
  }

  private func cell(_ field: MessageField, _ record: CSVRecord) -> String {
    columns.places[field].flatMap { value($0, record) } ?? ""
  }

  private func value(_ place: Int, _ record: CSVRecord) -> String? {
    place < record.count ? Cell.text(record[place]) : nil
  }
}
