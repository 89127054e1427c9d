/// The names of a table's columns, found as people write them: without regard to case, accents, blanks and punctuation.
struct ColumnNames: Sendable {
  /// What a name stands for.
  enum Match: Equatable {
    case one(Int)
    case none
    case several
  }

  private static let shownNames = 30
  private static let shownLength = 40

  /// The names as they are written, without the blanks around them.
  let names: [String]
  private let places: [String: [Int]]

  /// The names of columns, from the first on; those without a name can't be found.
  init(_ names: [String]) {
    self.names = names.map(Cell.trimmed)
    var places: [String: [Int]] = [:]
    for (place, name) in self.names.enumerated() where !name.isEmpty {
      places[Self.folded(name), default: []].append(place)
    }
    self.places = places
  }

  /// The column of a name: the one that is written just so, or else the one that differs in nothing that counts.
  func find(_ name: String) -> Match {
    let name = Cell.trimmed(name)
    let exact = names.indices.filter { !name.isEmpty && names[$0] == name }
    let found = exact.isEmpty ? places[Self.folded(name)] ?? [] : exact
    return found.count > 1 ? .several : found.first.map(Match.one) ?? .none
  }

  /// The names for a person to choose from.
  var listed: String {
    let shown = names.filter { !$0.isEmpty }.map(Self.shown)
    let rest = shown.count > Self.shownNames ? ", and \(shown.count - Self.shownNames) more" : ""
    return shown.prefix(Self.shownNames).joined(separator: ", ") + rest
  }

  /// A name that is fit to be shown.
  static func shown(_ name: String) -> String {
    let line = name.split(whereSeparator: \.isWhitespace).joined(separator: " ").onOneLine
    return line.count > shownLength ? line.prefix(shownLength) + "…" : line
  }

  /// What of a name counts: its letters and digits, small and without accents.
  static func folded(_ name: String) -> String {
    var folded = String.UnicodeScalarView()
    for scalar in name.lowercased().unicodeScalars {
      if let plain = plain[scalar] {
        folded.append(plain)
      } else if scalar.properties.isAlphabetic && !isOrdinal(scalar) || scalar.properties.numericType != nil {
        folded.append(scalar)
      }
    }
    return String(folded)
  }

  private static func isOrdinal(_ scalar: Unicode.Scalar) -> Bool { scalar == "ª" || scalar == "º" }

  /// The letters of Portuguese and its neighbours that have accents, composed; an accent by itself is no letter.
  private static let plain: [Unicode.Scalar: Unicode.Scalar] = {
    var plain: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (letter, accented) in [
      ("a", "àáâãäå"), ("c", "ç"), ("e", "èéêë"), ("i", "ìíîï"), ("n", "ñ"), ("o", "òóôõö"), ("u", "ùúûü"), ("y", "ýÿ"),
    ] as [(Unicode.Scalar, String)] {
      for scalar in accented.unicodeScalars { plain[scalar] = letter }
    }
    return plain
  }()
}
