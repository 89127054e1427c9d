public import CoreMetrics
internal import Synchronization
public import Telemetry

/// Shows what any package reports through swift-metrics in a registry, beside the metrics that are its own.
///
/// `MetricsSystem.bootstrap` takes it once a process; that is for the program to do, never for a library.
///
/// A counter becomes a counter whose name ends in `_total`. A meter, and a recorder that does not aggregate, becomes a
/// gauge. A recorder that aggregates becomes a histogram, a timer one in seconds. Dots, dashes and slashes in names
/// become underscores. Label names are fixed by the first metric of a name: a later one may leave some out, which then
/// are empty, and may not bring others.
///
/// What the registry refuses is counted in `telemetry_metrics_refused_total` each time it is asked for, and goes
/// nowhere; nothing crashes. Counters never go back, so resetting one does nothing, and series stay after `destroy()`:
/// the registry's limit of series bounds them.
public final class TelemetryMetricsFactory: MetricsFactory {
  /// Bounds for timers, in seconds: from a cache's answer to a slow job.
  public static let defaultTimerBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 60]

  /// Bounds for recorders that aggregate, whose unit is not known: six decades.
  public static let defaultRecorderBuckets: [Double] = [
    1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 100_000, 1_000_000,
  ]

  private let registry: MetricsRegistry
  private let timerBuckets: [Double]
  private let recorderBuckets: [Double]
  private let refused: Telemetry.Counter
  private let onRefusal: @Sendable (MetricError) -> Void
  private let families = Mutex(Families())

  private struct Families {
    var counters = AdoptedFamilies<CounterFamily>()
    var gauges = AdoptedFamilies<GaugeFamily>()
    var histograms = AdoptedFamilies<HistogramFamily>()
  }

  /// A factory of metrics in a registry.
  ///
  /// - Parameters:
  ///   - registry: where they are shown. Its own metrics had better be registered first: the first of a name wins.
  ///   - timerBuckets: inclusive upper bounds for timers, in seconds, ascending.
  ///   - recorderBuckets: the same for recorders that aggregate, in whatever unit they record.
  ///   - onRefusal: told why a metric is left out, each time, on the thread that asks for it.
  /// - Throws: `MetricError` when the registry has a factory already, or when bounds are none, unsorted, repeated or not
  ///   finite.
  public init(
    registry: MetricsRegistry, timerBuckets: [Double] = defaultTimerBuckets,
    recorderBuckets: [Double] = defaultRecorderBuckets, onRefusal: @escaping @Sendable (MetricError) -> Void = { _ in }
  ) throws(MetricError) {
    let trial = MetricsRegistry()
    _ = try trial.histogram("timers_seconds", help: "A trial of the bounds.", buckets: timerBuckets)
    _ = try trial.histogram("recorders", help: "A trial of the bounds.", buckets: recorderBuckets)
    self.registry = registry
    self.timerBuckets = timerBuckets
    self.recorderBuckets = recorderBuckets
    self.onRefusal = onRefusal
    refused = try registry.counter(
      "telemetry_metrics_refused_total",
      help: "Metrics reported through swift-metrics that were left out for their name or labels, each time asked for.")
  }

  /// A counter; reports to nowhere when it is refused.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, dimensions).map { CounterReporter($0) } ?? NOOPMetricsHandler.instance
  }

  /// A counter of fractions; reports to nowhere when it is refused.
  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    counter(label, dimensions).map { CounterReporter($0) } ?? NOOPMetricsHandler.instance
  }

  /// A gauge; reports to nowhere when it is refused.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions).map { GaugeReporter($0) } ?? NOOPMetricsHandler.instance
  }

  /// A histogram where it is to aggregate, else a gauge of the last value; reports to nowhere when it is refused.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    guard aggregate else {
      return gauge(label, dimensions).map { GaugeReporter($0) } ?? NOOPMetricsHandler.instance
    }
    return histogram(label, AdoptedName.plain(label), recorderBuckets, dimensions).map { HistogramReporter($0) }
      ?? NOOPMetricsHandler.instance
  }

  /// A histogram in seconds; reports to nowhere when it is refused.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, AdoptedName.timer(label), timerBuckets, dimensions).map { HistogramReporter($0) }
      ?? NOOPMetricsHandler.instance
  }

  /// Does nothing: what was counted stays true.
  public func destroyCounter(_ handler: any CounterHandler) {}

  /// Does nothing: what was counted stays true.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

  /// Does nothing.
  public func destroyMeter(_ handler: any MeterHandler) {}

  /// Does nothing.
  public func destroyRecorder(_ handler: any RecorderHandler) {}

  /// Does nothing.
  public func destroyTimer(_ handler: any TimerHandler) {}
}

extension TelemetryMetricsFactory {
  private func counter(_ label: String, _ dimensions: [(String, String)]) -> Telemetry.Counter? {
    adopt { families throws(MetricError) in
      let name = AdoptedName.counter(label)
      return try families.counters.find(label, name, dimensions) { help, labels throws(MetricError) in
        try registry.counter(name, help: help, labels: labels)
      } series: { family, values throws(MetricError) in
        try family.with(values)
      }
    }
  }

  private func gauge(_ label: String, _ dimensions: [(String, String)]) -> Telemetry.Gauge? {
    adopt { families throws(MetricError) in
      let name = AdoptedName.plain(label)
      return try families.gauges.find(label, name, dimensions) { help, labels throws(MetricError) in
        try registry.gauge(name, help: help, labels: labels)
      } series: { family, values throws(MetricError) in
        try family.with(values)
      }
    }
  }

  private func histogram(
    _ label: String, _ name: String, _ buckets: [Double], _ dimensions: [(String, String)]
  ) -> Telemetry.Histogram? {
    adopt { families throws(MetricError) in
      try families.histograms.find(label, name, dimensions) { help, labels throws(MetricError) in
        try registry.histogram(name, help: help, buckets: buckets, labels: labels)
      } series: { family, values throws(MetricError) in
        try family.with(values)
      }
    }
  }

  private func adopt<Instrument: Sendable>(
    _ find: (inout Families) throws(MetricError) -> Instrument
  ) -> Instrument? {
    let found = families.withLock { families -> Result<Instrument, MetricError> in
      do throws(MetricError) {
        return .success(try find(&families))
      } catch {
        return .failure(error)
      }
    }
    switch found {
    case .success(let instrument): return instrument
    case .failure(let error):
      refused.increment()
      onRefusal(error)
      return nil
    }
  }
}
