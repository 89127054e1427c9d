import Synchronization

/// The metrics of a process, and their exposition.
///
/// A registry is made at the start and passed to whoever counts something. Registering a metric checks its name, labels
/// and buckets, and throws a `MetricError` that says what is wrong, so that nothing can go wrong at a scrape.
public final class MetricsRegistry: Sendable {
  private let seriesLimit: Int
  private let directory = Mutex(FamilyDirectory())
  private let lastLength = Atomic<Int>(4_096)

  /// An empty registry.
  ///
  /// - Parameter seriesLimit: how many series a labelled family may have. Beyond it, one series whose label values are
  ///   all `__outros__` takes the rest, and `telemetry_series_folded_total` counts how often it was handed out in the
  ///   place of a new one. A callback's series beyond it are left out of the scrape, and counted there each time.
  public init(seriesLimit: Int = 1_000) {
    self.seriesLimit = seriesLimit
  }

  /// The whole exposition, families sorted by name and series by their labels' values.
  ///
  /// Families without a series to show are left out.
  public func render(_ format: ExpositionFormat) -> [UInt8] {
    let families = directory.withLock { $0.families }
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
    directory.withLock { $0.families }.map(\.description)
  }

  /// Checks a metric, and adds the family that `make` builds when nothing is wrong with it. A family whose series are
  /// known when it is registered needs no bound.
  func register<Registered: Family>(
    _ text: String, _ kind: FamilyKind, help: String, labels: [String], bounded: Bool = true,
    make: (_ name: FamilyName, _ labels: LabelNames, _ bound: SeriesBound) throws(MetricError) -> Registered
  ) throws(MetricError) -> Registered {
    let name = try FamilyName(text, kind: kind)
    guard !help.isEmpty else {
      throw MetricError(text, "the help text is empty", fix: "say in one line what it measures")
    }
    let labels = try LabelNames(labels, metric: text)
    return try directory.withLock { directory throws(MetricError) in
      try directory.checkFree(name)
      // Without labels there is one series by nature.
      let isBounded = bounded && labels.count > 0
      let bound = isBounded ? SeriesBound(limit: seriesLimit, folded: try directory.foldings(of: name)) : .none
      let family = try make(name, labels, bound)
      try directory.add(family)
      return family
    }
  }
}
