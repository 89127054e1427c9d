/// A metric's name that both formats and their linters accept.
struct FamilyName: Sendable {
  let text: String
  let kind: FamilyKind

  /// Checks the name of a family.
  init(_ text: String, kind: FamilyKind) throws(MetricError) {
    self.text = text
    self.kind = kind
    guard text.isPlainName else {
      throw MetricError(
        text, "the name is not plain ASCII", fix: "use letters, digits and _, and begin with a letter or _")
    }
    guard !text.hasPrefix("__") else {
      throw MetricError(text, "names that begin with __ are reserved", fix: "begin with a word")
    }
    try refuseCamelCase()
    try refuseSuffixes()
    try refuseWords()
  }

  /// The name of the family in OpenMetrics, where a counter's `_total` belongs to the sample only.
  var base: String {
    kind == .counter ? String(text.dropLast("_total".count)) : text
  }

  /// The unit, where the name ends in one.
  var unit: String? {
    ["seconds", "bytes"].first { base.hasSuffix("_" + $0) }
  }

  /// Every name that a sample or a family of this name could have in either format.
  var claims: [String] {
    kind.sampleSuffixes.map { base + $0 }
  }

  private func refuseCamelCase() throws(MetricError) {
    let bytes = Array(text.utf8)
    for (byte, next) in zip(bytes, bytes.dropFirst()) where byte.isLowercaseLetter && next.isUppercaseLetter {
      throw MetricError(text, "the name is in camelCase", fix: "write it in snake_case")
    }
  }

  private func refuseSuffixes() throws(MetricError) {
    if kind == .counter {
      guard text.hasSuffix("_total"), text.utf8.count > "_total".utf8.count else {
        throw MetricError(text, "a counter's name ends in _total", fix: "call it '\(text)_total'")
      }
    } else if text.hasSuffix("_total") {
      throw MetricError(text, "only a counter's name ends in _total", fix: "drop _total or make it a counter")
    }
    for suffix in ["_bucket", "_count", "_sum", "_created"] where base.hasSuffix(suffix) {
      throw MetricError(text, "\(suffix) is reserved for samples of other families", fix: "end the name otherwise")
    }
  }

  private func refuseWords() throws(MetricError) {
    for (position, word) in base.split(separator: "_").enumerated() {
      if ["counter", "gauge", "histogram", "summary"].contains(word) {
        throw MetricError(text, "the name says the type '\(word)'", fix: "leave the type out of the name")
      }
      // In front of all the others a short word stands for something else.
      if position > 0, Self.abbreviatedUnits.contains(word) {
        throw MetricError(text, "'\(word)' abbreviates a unit", fix: "write the unit out, as in _seconds or _bytes")
      }
      if let unit = Self.baseUnit(insteadOf: word) {
        throw MetricError(text, "'\(word)' is no base unit", fix: "measure in \(unit)")
      }
    }
  }

  private static let abbreviatedUnits: Set<Substring> = [
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
  ]

  private static func baseUnit(insteadOf word: Substring) -> String? {
    switch word {
    case "nanoseconds", "microseconds", "milliseconds", "minutes", "hours", "days", "weeks": "seconds"
    case "bits", "kilobytes", "megabytes", "gigabytes", "terabytes", "kibibytes", "mebibytes", "gibibytes": "bytes"
    default: nil
    }
  }
}
