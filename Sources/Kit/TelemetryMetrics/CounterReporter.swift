internal import CoreMetrics
internal import Telemetry

/// Takes what a package counts to a counter.
final class CounterReporter: CounterHandler, FloatingPointCounterHandler {
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

  /// Does nothing: to a scraper a counter that goes back is a process that was restarted.
  func reset() {}
}
