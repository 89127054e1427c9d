/// One value that a callback reads for a scrape.
public struct Sample: Equatable, Sendable {
  /// The labels' values, in the order in which the labels were declared.
  public let labels: [String]

  /// The value, in the metric's unit.
  public let value: Double

  /// A value for the series with these label values.
  public init(labels: [String] = [], value: Double) {
    self.labels = labels
    self.value = value
  }
}

/// What a callback's numbers are.
public enum CallbackKind: Sendable {
  /// A number that goes up and down.
  case gauge

  /// A number that only grows while the process lives.
  case counter

  var family: FamilyKind {
    switch self {
    case .gauge: .gauge
    case .counter: .counter
    }
  }
}
