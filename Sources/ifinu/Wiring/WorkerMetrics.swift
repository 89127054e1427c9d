import Delivery
import Monitoring
import Observability
import Telemetry
import TelemetryMetrics

/// A worker's registry, with all that does not hang on its moving parts.
struct WorkerMetrics {
  let registry = MetricsRegistry()
  let delivery: DeliveryMetrics
  /// Shows what the packages that the worker is made of report through swift-metrics.
  let reported: TelemetryMetricsFactory

  /// Registers the process, the build and delivery.
  ///
  /// - Parameters:
  ///   - deadLetterLimit: the most dead letters that are kept.
  ///   - showsMessageIDs: whether message ids are shown as exemplars.
  ///   - onRefusal: told of other packages' metrics that can't be shown.
  /// - Throws: `MetricError` when two series have one name.
  init(
    deadLetterLimit: Int = 100_000, showsMessageIDs: Bool = false,
    onRefusal: @escaping @Sendable (MetricError) -> Void = { _ in }
  ) throws(MetricError) {
    try ProcessCollector().register(in: registry)
    try BuildInfo.register(in: registry)
    delivery = try DeliveryMetrics(
      registry: registry, deadLetterLimit: deadLetterLimit, showsMessageIDs: showsMessageIDs)
    reported = try TelemetryMetricsFactory(registry: registry, onRefusal: onRefusal)
  }

  /// The registry of a worker that was not started: everything that one shows is in its catalogue.
  ///
  /// - Throws: `MetricError` when two series have one name.
  static func registryAtRest() throws(MetricError) -> MetricsRegistry {
    let registry = try WorkerMetrics().registry
    try WorkerGauges.register(in: registry) { WorkerPool.Status(atRest: WorkerConfiguration()) }
    _ = try MonitoringRoutes(registry: registry, live: { .healthy }, ready: { .healthy })
    return registry
  }
}
