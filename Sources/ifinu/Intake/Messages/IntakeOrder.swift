/// What is to be made of a file.
struct IntakeOrder: Sendable {
  /// The file's name, which may tell its format.
  var fileName = "-"
  /// The format; nil when the content tells.
  var format: FileFormat?
  /// The columns that a person has named.
  var columns: [ColumnChoice] = []
  /// The text of all messages; nil when each has its own.
  var text: Template?
  /// Whether texts go out as they stand.
  var isLiteral = false
  /// What makes the messages.
  let maker: MessageMaker
}
