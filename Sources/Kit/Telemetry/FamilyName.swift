/// A metric's name that both formats and `promtool check metrics` accept.
struct FamilyName: Sendable {
  let text: String
  let kind: FamilyKind

  /// Checks the name of a family.
  init(_ text: String, kind: FamilyKind) throws(MetricError) {
    self.text = text
    self.kind = kind
    guard text.isValidName else {
      throw MetricError(
        text, "the name is not plain ASCII", fix: "use letters, digits and _, and begin with a letter or _")
    }
    guard !text.hasPrefix("__") else {
      throw MetricError(text, "names that begin with __ are reserved", fix: "begin with a word")
    }
    try checkCase()
    try checkSuffix()
    try checkWords()
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
  var sampleNames: [String] {
    kind.sampleSuffixes.map { base + $0 }
  }

  private func checkCase() throws(MetricError) {
    let bytes = Array(text.utf8)
    for (byte, next) in zip(bytes, bytes.dropFirst()) where byte.isLowercaseLetter && next.isUppercaseLetter {
      throw MetricError(text, "the name is in camelCase", fix: "write it in snake_case")
    }
  }

  private func checkSuffix() throws(MetricError) {
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

  private func checkWords() throws(MetricError) {
    for (position, word) in base.split(separator: "_").enumerated() {
      if ["counter", "gauge", "histogram", "summary"].contains(word) {
        throw MetricError(text, "the name says the type '\(word)'", fix: "leave the type out of the name")
      }
      // The first word is a prefix such as the program's, not a unit.
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

extension String {
  /// Whether the text is a metric or label name in both formats: ASCII letters, digits and `_`, no digit in front. The
  /// colon is left out: it is reserved for recording rules.
  var isValidName: Bool {
    guard let first = utf8.first, !first.isDigit else { return false }
    return utf8.allSatisfy { $0.isLowercaseLetter || $0.isUppercaseLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }
}

extension UInt8 {
  var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  var isUppercaseLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
