internal import Telemetry

/// The families of one type that were registered for metrics of other packages, by name.
struct FamilyCache<Family: Sendable>: Sendable {
  private struct Entry {
    let label: String
    /// Sorted.
    let labelNames: [String]
    let family: Family
  }

  private var entries: [String: Entry] = [:]

  /// The series of a metric, whose family is registered when it is the first of that name.
  ///
  /// - Parameters:
  ///   - label: the metric's name as the package gave it.
  ///   - name: the sanitized name.
  ///   - dimensions: names and values of its labels.
  ///   - register: makes the family, given a help text and the labels' names.
  ///   - series: picks the series of the family, given the labels' values.
  /// - Returns: the series' instrument.
  /// - Throws: `MetricError` when the registry refuses it, when two metrics would share the name, or when it has other
  ///   labels than the first.
  mutating func instrument<Instrument>(
    _ label: String, _ name: String, _ dimensions: [(String, String)],
    register: (_ help: String, _ labels: [String]) throws(MetricError) -> Family,
    series: (_ family: Family, _ values: [String]) throws(MetricError) -> Instrument
  ) throws(MetricError) -> Instrument {
    let labels = dimensions.map { (name: SanitizedName.label($0.0), value: $0.1) }
    let entry: Entry
    if let known = entries[name] {
      entry = known
    } else {
      let names = labels.map(\.name).sorted()
      let help = "Reported by a package as '\(label)'."
      entry = Entry(label: label, labelNames: names, family: try register(help, names))
      entries[name] = entry
    }
    guard entry.label == label else {
      throw MetricError(name, "both '\(entry.label)' and '\(label)' would have this name", fix: "rename one of them")
    }
    return try series(entry.family, try values(of: labels, entry, name))
  }

  /// The values in the order of the family's labels. A label that was left out is empty, which for scrapers is the same
  /// as absent.
  private func values(
    of labels: [(name: String, value: String)], _ entry: Entry, _ name: String
  ) throws(MetricError) -> [String] {
    var remaining = labels
    let values = entry.labelNames.map { name in
      guard let position = remaining.firstIndex(where: { $0.name == name }) else { return "" }
      return remaining.remove(at: position).value
    }
    guard remaining.isEmpty else {
      let surplus = remaining.map(\.name).joined(separator: ", ")
      throw MetricError(name, "the first of this name had no label \(surplus)", fix: "give all of them the same labels")
    }
    return values
  }
}
