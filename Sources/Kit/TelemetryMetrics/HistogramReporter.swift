internal import CoreMetrics
internal import Telemetry

/// Takes what a package records or times to a histogram.
final class HistogramReporter: RecorderHandler, TimerHandler {
  private let histogram: Telemetry.Histogram

  init(_ histogram: Telemetry.Histogram) {
    self.histogram = histogram
  }

  func record(_ value: Int64) { histogram.observe(Double(value)) }
  func record(_ value: Double) { histogram.observe(value) }
  func recordNanoseconds(_ duration: Int64) { histogram.observe(Double(duration) / 1e9) }
}
