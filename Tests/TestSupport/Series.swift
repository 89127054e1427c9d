internal import Telemetry

extension MetricsRegistry {
  /// The value of a series, by its name and labels as they stand in the exposition; nil when it is not there.
  package func value(_ series: String) -> Double? {
    for line in String(decoding: render(.text), as: UTF8.self).split(separator: "\n") where line.hasPrefix(series + " ")
    {
      return Double(line.dropFirst(series.count + 1))
    }
    return nil
  }

  /// The labels and values of a family's series that are not 0.
  package func values(of family: String) -> [String: Double] {
    var values: [String: Double] = [:]
    for line in String(decoding: render(.text), as: UTF8.self).split(separator: "\n") where line.hasPrefix(family + "{")
    {
      guard let end = line.firstIndex(of: "}"), let value = Double(line[end...].dropFirst(2)), value != 0 else {
        continue
      }
      let label = line[..<end].split(separator: "\"").last.map(String.init) ?? ""
      values[label] = value
    }
    return values
  }
}
