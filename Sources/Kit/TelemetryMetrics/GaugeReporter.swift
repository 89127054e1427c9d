internal import CoreMetrics
internal import Telemetry

/// Takes what a package measures to a gauge.
final class GaugeReporter: MeterHandler, RecorderHandler {
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
