/// The labels of a family, and how sets of their values are written.
///
/// Labels are written sorted by name, in whatever order they were declared: two declarations of the same labels make
/// the same series. Values are given in the declared order.
struct LabelNames: Sendable {
  /// The names, in the order in which they are written.
  let sorted: [String]
  private let positions: [Int]

  /// Checks the label names of a metric.
  init(_ names: [String], metric: String) throws(MetricError) {
    for name in names {
      guard name.isPlainName else {
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
  func canonical(_ values: [String]) -> LabelValues? {
    guard values.count == count else { return nil }
    return LabelValues(positions.map { values[$0] })
  }

  /// One value for all labels.
  func all(_ value: String) -> LabelValues {
    LabelValues(Array(repeating: value, count: count))
  }

  /// The pairs as they stand between the braces, values escaped.
  func pairs(_ values: LabelValues) -> [UInt8] {
    var output: [UInt8] = []
    for (name, value) in zip(sorted, values.texts) {
      if !output.isEmpty { output.append(UInt8(ascii: ",")) }
      output.append(contentsOf: name.utf8)
      output.append(contentsOf: "=\"".utf8)
      output.append(escaped: value, quotes: true)
      output.append(UInt8(ascii: "\""))
    }
    return output
  }
}
