public import CoreMetrics
internal import Synchronization
public import Telemetry

/// A backend for swift-metrics: what packages report is shown in a registry, beside the program's own metrics.
///
/// Pass it to `MetricsSystem.bootstrap` once a process, in the program and not in a library.
///
/// A counter becomes a counter whose name ends in `_total`. A meter, and a recorder that does not aggregate, becomes a
/// gauge. A recorder that aggregates becomes a histogram, a timer one in seconds. Dots, dashes and slashes in names
/// become underscores. Label names are fixed by the first metric of a name: a later one may leave some out, which then
/// are empty, and may not bring others.
///
/// What the registry refuses is counted in `telemetry_metrics_refused_total` each time it is asked for, and discarded.
/// Counters never go back, so resetting one does nothing. Series stay after `destroy()`; the registry's limit of series
/// bounds them.
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
    var counters = FamilyCache<CounterFamily>()
    var gauges = FamilyCache<GaugeFamily>()
    var histograms = FamilyCache<HistogramFamily>()
  }

  /// A factory of metrics in a registry.
  ///
  /// - Parameters:
  ///   - registry: where they are shown. Register its own metrics first: the first of a name wins.
  ///   - timerBuckets: inclusive upper bounds for timers, in seconds, ascending.
  ///   - recorderBuckets: the same for recorders that aggregate, in whatever unit they record.
  ///   - onRefusal: called with the reason why a metric is left out, each time, on the thread that asks for it.
  /// - Throws: `MetricError` when the registry has a factory already, or when bounds are none, unsorted, repeated or
  ///   not finite.
  public init(
    registry: MetricsRegistry, timerBuckets: [Double] = defaultTimerBuckets,
    recorderBuckets: [Double] = defaultRecorderBuckets, onRefusal: @escaping @Sendable (MetricError) -> Void = { _ in }
  ) throws(MetricError) {
    let trial = MetricsRegistry()
    _ = try trial.histogram("timers_seconds", help: "Checks the bounds.", buckets: timerBuckets)
    _ = try trial.histogram("recorders", help: "Checks the bounds.", buckets: recorderBuckets)
    self.registry = registry
    self.timerBuckets = timerBuckets
    self.recorderBuckets = recorderBuckets
    self.onRefusal = onRefusal
    refused = try registry.counter(
      "telemetry_metrics_refused_total",
      help: "Metrics reported through swift-metrics that were left out for their name or labels, each time asked for.")
  }

  /// A counter; a no-op when the registry refuses it.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, dimensions).map { RegistryCounterHandler($0) } ?? NOOPMetricsHandler.instance
  }

  /// A counter of fractions; a no-op when the registry refuses it.
  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    counter(label, dimensions).map { RegistryCounterHandler($0) } ?? NOOPMetricsHandler.instance
  }

  /// A gauge; a no-op when the registry refuses it.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions).map { RegistryGaugeHandler($0) } ?? NOOPMetricsHandler.instance
  }

  /// A histogram where it is to aggregate, else a gauge of the last value; a no-op when the registry refuses it.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    guard aggregate else {
      return gauge(label, dimensions).map { RegistryGaugeHandler($0) } ?? NOOPMetricsHandler.instance
    }
    return histogram(label, SanitizedName.metric(label), recorderBuckets, dimensions).map {
      RegistryHistogramHandler($0)
    }
      ?? NOOPMetricsHandler.instance
  }

  /// A histogram in seconds; a no-op when the registry refuses it.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, SanitizedName.timer(label), timerBuckets, dimensions).map { RegistryHistogramHandler($0) }
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
    instrument { families throws(MetricError) in
      let name = SanitizedName.counter(label)
      return try families.counters.instrument(label, name, dimensions) { help, labels throws(MetricError) in
        try registry.counter(name, help: help, labels: labels)
      } series: { family, values throws(MetricError) in
        try family.with(values)
      }
    }
  }

  private func gauge(_ label: String, _ dimensions: [(String, String)]) -> Telemetry.Gauge? {
    instrument { families throws(MetricError) in
      let name = SanitizedName.metric(label)
      return try families.gauges.instrument(label, name, dimensions) { help, labels throws(MetricError) in
        try registry.gauge(name, help: help, labels: labels)
      } series: { family, values throws(MetricError) in
        try family.with(values)
      }
    }
  }

  private func histogram(
    _ label: String, _ name: String, _ buckets: [Double], _ dimensions: [(String, String)]
  ) -> Telemetry.Histogram? {
    instrument { families throws(MetricError) in
      try families.histograms.instrument(label, name, dimensions) { help, labels throws(MetricError) in
        try registry.histogram(name, help: help, buckets: buckets, labels: labels)
      } series: { family, values throws(MetricError) in
        try family.with(values)
      }
    }
  }

  /// Counts and reports a refusal.
  private func instrument<Instrument: Sendable>(
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
