/// What the TYPE line of a family says.
enum FamilyKind: String, Sendable {
  case counter, gauge, histogram

  /// The endings that a family of this kind puts behind its base name in its samples, in either format.
  var sampleSuffixes: [String] {
    switch self {
    case .counter: ["", "_total", "_created"]
    case .gauge: [""]
    case .histogram: ["", "_bucket", "_count", "_sum", "_created"]
    }
  }
}
