package import Messaging

/// A text with the names of columns in braces, `Olá {nome}`, to be filled in line by line. `{{` and `}}` are braces.
package struct Template: Sendable {
  private enum Part: Sendable {
    case text(String)
    case column(String)
  }

  private var parts: [Part] = []
  /// What stands in double braces, as other programs write what is to be filled in.
  private var doubled: [String] = []

  /// A text that goes out as it stands.
  package init(literal text: String) { parts = [.text(text)] }

  /// Reads a text.
  ///
  /// - Throws: `PayloadError` when a brace stands alone.
  package init(_ text: String) throws(PayloadError) {
    var plain = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "{" || scalar == "}" else {
        plain.append(scalar)
        continue
      }
      if rest.first == scalar {
        rest.removeFirst()
        if scalar == "{", rest.first != "{", let end = rest.firstIndex(of: "}"), rest[end...].dropFirst().first == "}" {
          doubled.append(String(rest[..<end]))
        }
        plain.append(scalar)
        continue
      }
      guard scalar == "{", let end = rest.firstIndex(of: "}") else { throw Self.loneBrace }
      let name = Cell.trimmed(String(rest[..<end]))
      guard !name.isEmpty, !name.unicodeScalars.contains("{") else { throw Self.loneBrace }
      if !plain.isEmpty { parts.append(.text(String(plain))) }
      plain = String.UnicodeScalarView()
      parts.append(.column(name))
      rest = rest[end...].dropFirst()
    }
    if !plain.isEmpty { parts.append(.text(String(plain))) }
  }

  private static let loneBrace = fault("has a brace that names no column; write {{ or }} for a brace, or use --literal")

  /// What stands in braces, as it may be shown: nothing that could be somebody's number.
  private static func shown(_ name: String) -> String {
    name.unicodeScalars.count { $0.properties.numericType != nil } < 4 ? "{\(ColumnNames.shown(name))}" : "{…}"
  }

  private static func fault(_ problem: String) -> PayloadError { PayloadError(field: WireField.text, problem: problem) }

  /// A template whose columns are known.
  struct Bound: Sendable {
    fileprivate enum Part: Sendable {
      case text(String)
      case column(Int, shown: String)
    }

    fileprivate let parts: [Part]

    /// The places of the columns that it needs.
    var columns: [Int] {
      parts.compactMap { part in if case .column(let place, _) = part { place } else { nil } }
    }

    /// The text, filled in. What is filled in is not looked through for braces.
    ///
    /// - Parameter value: what stands in a column; nil when that is no text.
    /// - Returns: the text.
    /// - Throws: `PayloadError` when a column is empty.
    func filled(_ value: (Int) -> String?) throws(PayloadError) -> String {
      var text = ""
      for part in parts {
        switch part {
        case .text(let plain): text += plain
        case .column(let place, let shown):
          let cell = value(place).map(Cell.trimmed) ?? ""
          guard !cell.isEmpty else { throw Template.fault("wants \(shown), which is empty") }
          guard !Cell.isNothing(cell) else {
            throw Template.fault("wants \(shown), which holds an error, or a program's word for nothing")
          }
          text += cell
        }
      }
      return text
    }
  }

  /// Finds the columns.
  ///
  /// - Throws: `PayloadError` with those that there are when one is not.
  func bound(to names: ColumnNames) throws(PayloadError) -> Bound {
    for name in doubled {
      guard case .none = names.find(name) else {
        throw Self.fault("would show \(Self.shown(name)) as it stands: single braces are filled in")
      }
    }
    var bound: [Bound.Part] = []
    for part in parts {
      switch part {
      case .text(let plain): bound.append(.text(plain))
      case .column(let name):
        let shown = Self.shown(name)
        switch names.find(name) {
        case .one(let place): bound.append(.column(place, shown: shown))
        case .several: throw Self.fault("wants \(shown), and there is more than one")
        case .none: throw Self.fault("wants \(shown), which is no column; there are \(names.listed)")
        }
      }
    }
    return Bound(parts: bound)
  }
}
