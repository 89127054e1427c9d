/// A text format of the exposition.
public enum ExpositionFormat: CaseIterable, Sendable {
  /// Prometheus' text format 0.0.4.
  case text

  /// OpenMetrics 1.0.
  case openMetrics

  /// The value of the header `Content-Type`, without which some scrapers refuse an answer.
  public var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// The format that suits a request's header `Accept` best.
  ///
  /// OpenMetrics is chosen when it is named, with version 1.0.0 or none, and the text format has no higher weight; at
  /// equal weights the first one wins. In all other cases it is the text format, even when that is refused.
  public static func negotiate(accept: String?) -> ExpositionFormat {
    guard let accept else { return .text }
    let ranges = accept.split(separator: ",").compactMap { MediaRange($0) }
    guard let openMetrics = best(of: ranges, where: \.isOpenMetrics), openMetrics.weight > 0 else { return .text }
    // The most specific range that matches text counts (RFC 9110, 12.5.1).
    let text =
      best(of: ranges, where: \.isText) ?? best(of: ranges) { $0.type == "text/*" }
      ?? best(of: ranges) { $0.type == "*/*" }
    guard let text else { return .openMetrics }
    if openMetrics.weight == text.weight {
      return text.isText && text.position < openMetrics.position ? .text : .openMetrics
    }
    return openMetrics.weight > text.weight ? .openMetrics : .text
  }

  private static func best(
    of ranges: [MediaRange], where matches: (MediaRange) -> Bool
  ) -> (weight: Double, position: Int, isText: Bool)? {
    var best: (weight: Double, position: Int, isText: Bool)?
    for (position, range) in ranges.enumerated() where matches(range) {
      if let best, best.weight >= range.weight { continue }
      best = (range.weight, position, range.isText)
    }
    return best
  }
}

/// One entry of an `Accept` header.
private struct MediaRange: Sendable {
  /// Type and subtype in lower case.
  let type: String

  /// From 0, which refuses it, to 1.
  let weight: Double

  private let version: String?

  /// Parses an entry; nil when its weight is invalid.
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
        guard let q = Self.weight(value) else { return nil }
        weight = q
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
  /// Without the blanks around it.
  fileprivate var trimmed: Substring {
    var rest = drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }
}
