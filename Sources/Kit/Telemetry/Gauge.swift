/// A number that goes up and down, such as messages in flight.
///
/// A gauge without a finite value is absent from the scrape.
public final class Gauge: Sendable {
  private let number = AtomicDouble(0)

  init() {}

  /// Sets the value. With NaN or an infinity the series is left out of scrapes until a finite value is set.
  public func set(_ value: Double) {
    number.store(value)
  }

  /// Leaves the series out of scrapes until a value is set, for when what it measures is not known.
  public func clear() {
    number.store(.nan)
  }

  /// Adds to the value, from 0 when there was none; NaN and infinities are ignored.
  public func increment(by amount: Double = 1) {
    guard amount.isFinite else { return }
    number.update { ($0.isFinite ? $0 : 0) + amount }
  }

  /// Subtracts from the value, from 0 when there was none; NaN and infinities are ignored.
  public func decrement(by amount: Double = 1) {
    increment(by: -amount)
  }

  /// The value, NaN after `clear()`.
  public var value: Double {
    number.load()
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
