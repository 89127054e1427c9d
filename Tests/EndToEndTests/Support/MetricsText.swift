/// The samples of a page of `/metrics`.
struct MetricsText {
  private let samples: [String: Double]

  /// Reads a page in the text format.
  init(_ page: String) {
    var samples: [String: Double] = [:]
    for line in page.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " ") else { continue }
      samples[String(line[..<space])] = Double(line[line.index(after: space)...])
    }
    self.samples = samples
  }

  /// The value of a series as it is written, `name{label="value"}`; nil when it is absent.
  subscript(series: String) -> Double? { samples[series] }

  /// Those of some series that are absent.
  func missing(from series: [String]) -> [String] { series.filter { samples[$0] == nil } }
}
