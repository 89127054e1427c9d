/// Counters of one name that differ in their labels.
public struct CounterFamily: Sendable {
  let table: SeriesTable<SingleValueSeries<Counter>>

  /// The counter with these label values, in the order in which the labels were declared. Made at the first call;
  /// callers keep it. Beyond the registry's limit of series it is the one whose values are all `__outros__`.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: String...) throws(MetricError) -> Counter {
    try with(values)
  }

  /// The same for values that are not known when the program is written.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: [String]) throws(MetricError) -> Counter {
    try table.instrument(values)
  }
}

/// Gauges of one name that differ in their labels.
public struct GaugeFamily: Sendable {
  let table: SeriesTable<SingleValueSeries<Gauge>>

  /// The gauge with these label values, in the order in which the labels were declared. Made at the first call;
  /// callers keep it. Beyond the registry's limit of series it is the one whose values are all `__outros__`.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: String...) throws(MetricError) -> Gauge {
    try with(values)
  }

  /// The same for values that are not known when the program is written.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: [String]) throws(MetricError) -> Gauge {
    try table.instrument(values)
  }
}

/// Histograms of one name that differ in their labels and share their buckets.
public struct HistogramFamily: Sendable {
  let table: SeriesTable<HistogramSeries>

  /// The histogram with these label values, in the order in which the labels were declared. Made at the first call;
  /// callers keep it. Beyond the registry's limit of series it is the one whose values are all `__outros__`.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: String...) throws(MetricError) -> Histogram {
    try with(values)
  }

  /// The same for values that are not known when the program is written.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: [String]) throws(MetricError) -> Histogram {
    try table.instrument(values)
  }
}
