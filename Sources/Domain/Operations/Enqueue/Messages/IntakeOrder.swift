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
