/// An example of what was observed, such as the id of a message, that leads from a bucket to a log line.
///
/// It shows in OpenMetrics only.
public struct Exemplar: Equatable, Sendable {
  /// The most UTF-8 characters that OpenMetrics allows for the names and values of all labels together.
  public static let maximumLength = 128

  let labels: [Label]
  let unixTime: Double?

  struct Label: Equatable, Sendable {
    let name: String
    let value: String
  }

  /// An example that is told by labels; nil when the labels are too long together, a name is not plain ASCII or there
  /// twice, or the time is not finite: a scrape must not fail for an example.
  ///
  /// - Parameters:
  ///   - labels: names and values.
  ///   - unixTime: when it was observed, in seconds since 1970, where that is known.
  public init?(_ labels: [(name: String, value: String)], at unixTime: Double? = nil) {
    let length = labels.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
    guard length <= Self.maximumLength, labels.allSatisfy(\.name.isPlainName),
      Set(labels.map(\.name)).count == labels.count, unixTime?.isFinite ?? true
    else { return nil }
    self.labels = labels.map { Label(name: $0.name, value: $0.value) }
    self.unixTime = unixTime
  }
}
