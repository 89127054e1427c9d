internal import Messaging

/// Which column of a table is which field of its messages.
struct MessageColumns: Sendable {
  /// The places of the columns.
  let places: [MessageField: Int]

  /// Finds the columns by their headings. What could be taken for a field twice is not taken at all: a message to the
  /// wrong person is the worst that can happen.
  ///
  /// - Parameters:
  ///   - names: the headings.
  ///   - choices: the columns that a person has named.
  ///   - hasText: whether the text comes from elsewhere.
  /// - Throws: `PayloadError` with what to do.
  init(_ names: ColumnNames, choices: [ColumnChoice] = [], hasText: Bool = false) throws(PayloadError) {
    guard !names.names.contains(where: Self.isData) else {
      throw Self.fault("must be the first line, and it holds a number: put a line with telefone and texto before it")
    }
    var places: [MessageField: Int] = [:]
    for choice in choices { places[choice.field] = try Self.place(of: choice, names) }
    for field in MessageField.allCases where places[field] == nil { places[field] = try Self.place(of: field, names) }
    if let text = places[.text], hasText {
      let name = ColumnNames.shown(names.names[text])
      throw Self.fault("have a column \"\(name)\" for the text, and --text gives another: leave one out")
    }
    for field in [MessageField.number, .text] where places[field] == nil && !(field == .text && hasText) {
      let instead = field == .text ? ", or give one text for all by --text" : ""
      throw Self.fault(
        "must be the first line; none of them is \(field.rawValue) for sure: name one by "
          + "--column \(field.rawValue)=HEADING\(instead); there are \(names.listed)")
    }
    guard Set(places.values).count == places.count else { throw Self.fault("have one column for two fields") }
    self.places = places
  }

  /// The column that a person has named.
  ///
  /// - Throws: `PayloadError` when there is none, or more than one.
  static func place(of choice: ColumnChoice, _ names: ColumnNames) throws(PayloadError) -> Int {
    let shown = ColumnNames.shown(choice.heading)
    switch names.find(choice.heading) {
    case .one(let place): return place
    case .several: throw fault("have \"\(shown)\" more than once: rename all but one")
    case .none: throw fault("have no \"\(shown)\" (--column); there are \(names.listed)")
    }
  }

  /// The column of a field, by its heading; nil when there is none.
  ///
  /// - Throws: `PayloadError` when more than one could be.
  static func place(of field: MessageField, _ names: ColumnNames) throws(PayloadError) -> Int? {
    var found = names.names.indices.filter { field.isHeaded(by: names.names[$0]) }
    // Whatever else may be one: an id only tells messages apart.
    let plain = found.filter { field == .id && ColumnNames.folded(names.names[$0]) == "id" }
    if !plain.isEmpty { found = plain }
    if found.isEmpty { found = names.names.indices.filter { field.isVaguelyHeaded(by: names.names[$0]) } }
    guard found.count > 1 else { return found.first }
    let headings = found.map { ColumnNames.shown(names.names[$0]) }
    if Set(headings).count == 1 { throw fault("have \"\(headings[0])\" more than once: rename all but one") }
    let listed = headings.map { "\"\($0)\"" }.joined(separator: " and ")
    throw fault("have \(listed), and each could be \(field.rawValue): name one by --column \(field.rawValue)=HEADING")
  }

  /// Whether a heading is rather somebody's number.
  static func isData(_ name: String) -> Bool {
    name.unicodeScalars.count { $0.properties.numericType != nil } >= 8
  }

  private static func fault(_ problem: String) -> PayloadError { PayloadError(field: "headings", problem: problem) }
}
