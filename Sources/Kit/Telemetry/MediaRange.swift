/// One entry of an `Accept` header.
struct MediaRange: Sendable {
  /// Type and subtype in lower case.
  let type: String

  /// From 0, never, to 1.
  let weight: Double

  private let version: String?

  /// Reads an entry; nil when its weight is none, since nobody knows what was wanted then.
  init?(_ entry: Substring) {
    let parts = entry.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmed)
    type = parts[0].lowercased()
    var weight = 1.0
    var version: String?
    for parameter in parts.dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { continue }
      let value = pair[1].trimmed.drop { $0 == "\"" }
      switch pair[0].trimmed.lowercased() {
      case "q":
        guard let given = Self.weight(value) else { return nil }
        weight = given
      case "version":
        version = String(value.prefix { $0 != "\"" })
      default:
        continue
      }
    }
    self.weight = weight
    self.version = version
  }

  var isOpenMetrics: Bool {
    type == "application/openmetrics-text" && (version == nil || version == "1.0.0")
  }

  var isText: Bool {
    type == "text/plain" && (version == nil || version == "0.0.4")
  }

  private static func weight(_ text: Substring) -> Double? {
    guard text.utf8.count <= 5, text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }) else { return nil }
    guard let weight = Double(text), weight <= 1 else { return nil }
    return weight
  }
}

extension Substring {
  /// The text without the blanks around it.
  fileprivate var trimmed: Substring {
    var rest = drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }
}
