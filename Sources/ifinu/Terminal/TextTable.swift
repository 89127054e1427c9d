import Operations

/// Rows of text in columns that line up.
struct TextTable: Sendable {
  private var rows: [[String]]

  /// A table with its headings.
  init(_ headings: [String]) { rows = [headings] }

  /// Adds a row; what stands in the way of one line for each row is made a space.
  mutating func add(_ cells: [String]) { rows.append(cells.map(\.onOneLine)) }

  /// The table, a line a row.
  var text: String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
