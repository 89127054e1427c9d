extension MetricsRegistry {
  /// A counter without labels, shown as 0 from the start.
  ///
  /// - Throws: `MetricError` when the name, which has to end in `_total`, is invalid or taken, or the help is empty.
  public func counter(_ name: String, help: String) throws(MetricError) -> Counter {
    try counter(name, help: help, labels: []).with()
  }

  /// Counters that differ in their labels. Values known from the start are shown as 0 once their handles are made.
  ///
  /// - Throws: `MetricError` when the name, which has to end in `_total`, is invalid or taken, when a label's name is
  ///   invalid, reserved or there twice, or when the help is empty.
  public func counter(_ name: String, help: String, labels: [String]) throws(MetricError) -> CounterFamily {
    let table = try register(name, .counter, help: help, labels: labels) { name, labels, limit in
      SeriesTable(name, help: help, labels: labels, limit: limit) {
        SingleValueSeries(Counter(), name: name.text, pairs: $0)
      }
    }
    return CounterFamily(table: table)
  }

  /// A gauge without labels, shown as 0 from the start.
  ///
  /// - Throws: `MetricError` when the name is invalid or taken, or the help is empty.
  public func gauge(_ name: String, help: String) throws(MetricError) -> Gauge {
    try gauge(name, help: help, labels: []).with()
  }

  /// Gauges that differ in their labels.
  ///
  /// - Throws: `MetricError` when the name is invalid or taken, when a label's name is invalid, reserved or there
  ///   twice, or when the help is empty.
  public func gauge(_ name: String, help: String, labels: [String]) throws(MetricError) -> GaugeFamily {
    let table = try register(name, .gauge, help: help, labels: labels) { name, labels, limit in
      SeriesTable(name, help: help, labels: labels, limit: limit) {
        SingleValueSeries(Gauge(), name: name.text, pairs: $0)
      }
    }
    return GaugeFamily(table: table)
  }

  /// A histogram without labels.
  ///
  /// - Parameters:
  ///   - name: ends in the unit of what is observed, `_seconds` for durations.
  ///   - help: one line on what is measured.
  ///   - buckets: inclusive upper bounds, ascending, in that unit; the bucket up to infinity is added.
  ///   - keepsExemplars: whether the exemplars given with observations are kept for scrapes; they cost memory and time.
  /// - Returns: the histogram, shown as empty from the start.
  /// - Throws: `MetricError` when the name is invalid or taken, the buckets are none, unsorted, repeated or not finite,
  ///   or the help is empty.
  public func histogram(
    _ name: String, help: String, buckets: [Double], keepsExemplars: Bool = false
  ) throws(MetricError) -> Histogram {
    try histogram(name, help: help, buckets: buckets, labels: [], keepsExemplars: keepsExemplars).with()
  }

  /// Histograms that differ in their labels and share their buckets.
  ///
  /// - Parameters:
  ///   - name: ends in the unit of what is observed, `_seconds` for durations.
  ///   - help: one line on what is measured.
  ///   - buckets: inclusive upper bounds, ascending, in that unit; the bucket up to infinity is added.
  ///   - labels: names of the labels; `le` is the buckets' own.
  ///   - keepsExemplars: whether the exemplars given with observations are kept for scrapes; they cost memory and time.
  /// - Returns: the family, whose histograms are shown once their handles are made.
  /// - Throws: `MetricError` when the name is invalid or taken, the buckets are none, unsorted, repeated or not finite,
  ///   a label's name is invalid, reserved or there twice, or the help is empty.
  public func histogram(
    _ name: String, help: String, buckets: [Double], labels: [String], keepsExemplars: Bool = false
  ) throws(MetricError) -> HistogramFamily {
    let buckets = try HistogramBuckets(buckets, metric: name)
    let table = try register(name, .histogram, help: help, labels: labels) { name, labels, limit in
      SeriesTable(name, help: help, labels: labels, limit: limit, buckets: buckets.bounds) {
        HistogramSeries(buckets, name: name.text, pairs: $0, keepsExemplars: keepsExemplars)
      }
    }
    return HistogramFamily(table: table)
  }

  /// A metric that is read at each scrape. The series that `read` does not give are absent from that scrape.
  ///
  /// Samples that would make the exposition invalid are left out too: values that are not finite, negative ones of a
  /// counter, those with more or fewer label values than labels, and all but the first with the same label values.
  ///
  /// - Parameters:
  ///   - kind: whether the numbers only grow.
  ///   - name: as for a counter or a gauge.
  ///   - help: one line on what is measured.
  ///   - labels: names of the labels.
  ///   - read: gives the series of a scrape. It is called on the scrape's thread, by several scrapes at once if they
  ///     overlap, and has to be quick.
  /// - Throws: `MetricError` when the name is invalid or taken, a label's name is invalid, reserved or there twice, or
  ///   the help is empty.
  public func callback(
    _ kind: CallbackKind, _ name: String, help: String, labels: [String] = [],
    read: @escaping @Sendable () -> [Sample]
  ) throws(MetricError) {
    _ = try register(name, kind.family, help: help, labels: labels) { name, labels, limit in
      CallbackFamily(name, help: help, labels: labels, limit: limit, read: read)
    }
  }

  /// A gauge that is always 1 and whose labels carry information, such as the version of a build.
  ///
  /// - Throws: `MetricError` when the name is invalid or taken, a label's name is invalid, reserved or there twice, or
  ///   the help is empty.
  public func info(_ name: String, help: String, labels: [(String, String)]) throws(MetricError) {
    let table = try register(name, .gauge, help: help, labels: labels.map(\.0), isLimited: false) {
      name, labels, limit in
      SeriesTable(name, help: help, labels: labels, limit: limit) {
        SingleValueSeries(Gauge(), name: name.text, pairs: $0)
      }
    }
    try table.instrument(labels.map(\.1)).set(1)
  }
}
