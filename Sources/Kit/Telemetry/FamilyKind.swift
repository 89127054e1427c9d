/// What the TYPE line of a family says.
public enum FamilyKind: String, Sendable {
  /// A number that only grows.
  case counter

  /// A number that goes up and down.
  case gauge

  /// Observations, counted in buckets.
  case histogram

  /// The endings that a family of this kind puts behind its base name in its samples, in either format.
  var sampleSuffixes: [String] {
    switch self {
    case .counter: ["", "_total", "_created"]
    case .gauge: [""]
    case .histogram: ["", "_bucket", "_count", "_sum", "_created"]
    }
  }
}
