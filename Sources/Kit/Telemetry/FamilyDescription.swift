/// What is known of a metric without a scrape.
public struct FamilyDescription: Equatable, Sendable {
  /// The metric's name, with `_total` where it is a counter.
  public let name: String

  /// The type.
  public let kind: FamilyKind

  /// The labels' names, sorted; a histogram's own `le` is not among them.
  public let labels: [String]

  /// The unit that the name ends in, `seconds` or `bytes`, if it does.
  public let unit: String?

  /// One line on what is measured.
  public let help: String

  /// A histogram's inclusive upper bounds, ascending, in the unit; empty for the other types.
  public let buckets: [Double]

  init(_ name: FamilyName, help: String, labels: LabelNames, buckets: [Double] = []) {
    self.name = name.text
    kind = name.kind
    self.labels = labels.sorted
    unit = name.unit
    self.help = help
    self.buckets = buckets
  }
}

/// The type of a family.
public enum FamilyKind: String, Sendable {
  /// A number that only grows.
  case counter

  /// A number that goes up and down.
  case gauge

  /// Observations, counted in buckets.
  case histogram

  /// What samples of this kind append to the base name, in either format.
  var sampleSuffixes: [String] {
    switch self {
    case .counter: ["", "_total", "_created"]
    case .gauge: [""]
    case .histogram: ["", "_bucket", "_count", "_sum", "_created"]
    }
  }
}
