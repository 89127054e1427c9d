import Synchronization

/// The metrics of a process, and their exposition.
///
/// Registering a metric checks its name, labels and buckets, and throws a `MetricError` that says what is wrong, so
/// that a scrape cannot fail.
public final class MetricsRegistry: Sendable {
  private let seriesLimit: Int
  private let families = Mutex(FamilyList())
  private let lastLength = Atomic<Int>(4_096)

  /// An empty registry.
  ///
  /// - Parameter seriesLimit: how many series a labelled family may have. Beyond it, one series whose label values are
  ///   all `__outros__` stands for the rest, and `telemetry_series_folded_total` counts how often it was returned in
  ///   place of a new one. A callback's series beyond it are left out of the scrape, and counted there each time.
  public init(seriesLimit: Int = 1_000) {
    self.seriesLimit = seriesLimit
  }

  /// The whole exposition, families sorted by name and series by their labels' values.
  ///
  /// Families without a series to show are left out.
  public func render(_ format: ExpositionFormat) -> [UInt8] {
    let families = families.withLock { $0.sorted }
    var output: [UInt8] = []
    let expected = lastLength.load(ordering: .relaxed)
    output.reserveCapacity(expected + expected / 8)
    for family in families { family.write(format, to: &output) }
    if format == .openMetrics { output.append(contentsOf: "# EOF\n".utf8) }
    lastLength.store(output.count, ordering: .relaxed)
    return output
  }

  /// What is registered, sorted by name, whether it has a series to show now or not.
  public func catalogue() -> [FamilyDescription] {
    families.withLock { $0.sorted }.map(\.description)
  }

  /// Checks a metric and adds the family that `make` returns. A family whose series are known when it is registered
  /// needs no limit.
  func register<Registered: Family>(
    _ text: String, _ kind: FamilyKind, help: String, labels: [String], isLimited: Bool = true,
    make: (_ name: FamilyName, _ labels: LabelNames, _ limit: SeriesLimit) throws(MetricError) -> Registered
  ) throws(MetricError) -> Registered {
    let name = try FamilyName(text, kind: kind)
    guard !help.isEmpty else {
      throw MetricError(text, "the help text is empty", fix: "say in one line what it measures")
    }
    let labels = try LabelNames(labels, metric: text)
    return try families.withLock { families throws(MetricError) in
      try families.checkUnused(name)
      // Without labels there is only one series.
      let limit =
        isLimited && labels.count > 0
        ? SeriesLimit(count: seriesLimit, folded: try families.foldedCounter(of: name)) : .none
      let family = try make(name, labels, limit)
      try families.add(family)
      return family
    }
  }
}

/// The families of a registry, and the names that their samples use.
private struct FamilyList: Sendable {
  /// Sorted by name.
  private(set) var sorted: [any Family] = []
  private var familyBySampleName: [String: String] = [:]
  private var folded: SeriesTable<SingleValueSeries<Counter>>?

  /// Adds a family.
  ///
  /// - Throws: `MetricError` when one of the names that its samples could have belongs to another.
  mutating func add(_ family: any Family) throws(MetricError) {
    try checkUnused(family.name)
    for name in family.name.sampleNames { familyBySampleName[name] = family.name.text }
    let position = sorted.firstIndex { $0.name.text > family.name.text } ?? sorted.endIndex
    sorted.insert(family, at: position)
  }

  /// Throws when one of the names that samples of the family could have belongs to another.
  func checkUnused(_ name: FamilyName) throws(MetricError) {
    for sampleName in name.sampleNames {
      guard let other = familyBySampleName[sampleName] else { continue }
      guard other != name.text else {
        throw MetricError(name.text, "it is registered already", fix: "register it once and hand the instrument on")
      }
      throw MetricError(
        name.text, "the name '\(sampleName)' belongs to samples of '\(other)'",
        fix: "choose a name that shares none with it")
    }
  }

  /// The counter of the series that went beyond a family's limit.
  mutating func foldedCounter(of family: FamilyName) throws(MetricError) -> Counter {
    if let folded { return try folded.instrument([family.text]) }
    let name = try FamilyName("telemetry_series_folded_total", kind: .counter)
    let table = SeriesTable(
      name, help: "Series beyond the limit of their family that were folded into one or left out, each time.",
      labels: try LabelNames(["family"], metric: name.text), limit: .none
    ) {
      SingleValueSeries(Counter(), name: name.text, pairs: $0)
    }
    try add(table)
    folded = table
    return try table.instrument([family.text])
  }
}
