/// The label names of a family.
///
/// Labels are written sorted by name, whatever the order in which they were declared, so that two declarations of the
/// same labels make the same series. Values are given in the declared order.
struct LabelNames: Sendable {
  /// The names, in the order in which they are written.
  let sorted: [String]
  private let positions: [Int]

  /// Checks the label names of a metric.
  init(_ names: [String], metric: String) throws(MetricError) {
    for name in names {
      guard name.isValidName else {
        throw MetricError(
          metric, "the label name '\(name)' is not plain ASCII",
          fix: "use letters, digits and _, and begin with a letter or _")
      }
      guard !name.hasPrefix("__") else {
        throw MetricError(metric, "the label name '\(name)' begins with __, which is reserved", fix: "rename the label")
      }
      guard name != "le", name != "quantile" else {
        throw MetricError(metric, "the label name '\(name)' is reserved for the formats", fix: "rename the label")
      }
    }
    positions = names.indices.sorted { names[$0] < names[$1] }
    sorted = positions.map { names[$0] }
    for (name, next) in zip(sorted, sorted.dropFirst()) where name == next {
      throw MetricError(metric, "the label name '\(name)' is there twice", fix: "name each label once")
    }
  }

  var count: Int { sorted.count }

  /// The values in the order of the sorted names, or nil when their number is not that of the names.
  func sortedValues(_ values: [String]) -> LabelValues? {
    guard values.count == count else { return nil }
    return LabelValues(positions.map { values[$0] })
  }

  /// The same value for all labels.
  func allEqual(to value: String) -> LabelValues {
    LabelValues(Array(repeating: value, count: count))
  }

  /// What stands between the braces, values escaped.
  func pairs(_ values: LabelValues) -> [UInt8] {
    var output: [UInt8] = []
    for (name, value) in zip(sorted, values.texts) {
      if !output.isEmpty { output.append(UInt8(ascii: ",")) }
      output.append(label: name, value: value)
    }
    return output
  }
}

/// The values that tell one series of a family from the others, in the order of the sorted label names.
///
/// They are compared byte by byte, as scrapers do; for `String` two spellings of one accented letter are equal.
struct LabelValues: Sendable, Comparable {
  let texts: [String]

  init(_ texts: [String]) {
    self.texts = texts
  }

  static func == (one: LabelValues, other: LabelValues) -> Bool {
    one.texts.elementsEqual(other.texts) { $0.utf8.elementsEqual($1.utf8) }
  }

  static func < (one: LabelValues, other: LabelValues) -> Bool {
    for (text, otherText) in zip(one.texts, other.texts) where !text.utf8.elementsEqual(otherText.utf8) {
      return text.utf8.lexicographicallyPrecedes(otherText.utf8)
    }
    return one.texts.count < other.texts.count
  }
}
