/// A column that a person has named for a field: `telefone=Contato`.
package struct ColumnChoice: Equatable, Sendable {
  package let field: MessageField
  let heading: String

  /// A choice as it is written on the command line.
  ///
  /// - Returns: nil when there is no such field, or no heading.
  package init?(_ text: String) {
    guard let sign = text.firstIndex(of: "="),
      let field = MessageField(rawValue: ColumnNames.folded(String(text[..<sign])))
    else { return nil }
    let heading = Cell.trimmed(String(text[text.index(after: sign)...]))
    guard !heading.isEmpty else { return nil }
    self.field = field
    self.heading = heading
  }
}
