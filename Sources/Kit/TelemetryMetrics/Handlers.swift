internal import CoreMetrics
internal import Telemetry

/// Adds what a package counts to a counter of the registry.
final class RegistryCounterHandler: CounterHandler, FloatingPointCounterHandler {
  private let counter: Telemetry.Counter

  init(_ counter: Telemetry.Counter) {
    self.counter = counter
  }

  func increment(by amount: Int64) {
    counter.increment(by: Int(clamping: amount))
  }

  func increment(by amount: Double) {
    counter.add(amount)
  }

  /// Does nothing: scrapers take a counter that goes back for a restart of the process.
  func reset() {}
}

/// Sets a gauge of the registry to what a package measures.
final class RegistryGaugeHandler: MeterHandler, RecorderHandler {
  private let gauge: Telemetry.Gauge

  init(_ gauge: Telemetry.Gauge) {
    self.gauge = gauge
  }

  func set(_ value: Int64) { gauge.set(Double(value)) }
  func set(_ value: Double) { gauge.set(value) }
  func increment(by amount: Double) { gauge.increment(by: amount) }
  func decrement(by amount: Double) { gauge.decrement(by: amount) }
  func record(_ value: Int64) { gauge.set(Double(value)) }
  func record(_ value: Double) { gauge.set(value) }
}

/// Adds what a package records or times to a histogram of the registry.
final class RegistryHistogramHandler: RecorderHandler, TimerHandler {
  private let histogram: Telemetry.Histogram

  init(_ histogram: Telemetry.Histogram) {
    self.histogram = histogram
  }

  func record(_ value: Int64) { histogram.observe(Double(value)) }
  func record(_ value: Double) { histogram.observe(value) }
  func recordNanoseconds(_ duration: Int64) { histogram.observe(Double(duration) / 1e9) }
}
