/// A number that goes up and down, such as messages in flight.
///
/// A gauge without a finite value is absent from the scrape: there is nothing true to say.
public final class Gauge: Sendable {
  private let number = AtomicDouble(0)

  init() {}

  /// Sets the value. With NaN or an infinity the series is left out of scrapes until a finite value is set.
  public func set(_ value: Double) {
    number.store(value)
  }

  /// Takes the series out of scrapes until a value is set, for when what it measures is not known.
  public func clear() {
    number.store(.nan)
  }

  /// Adds to the value, from 0 when the gauge was without one; NaN and infinities are ignored.
  public func increment(by amount: Double = 1) {
    guard amount.isFinite else { return }
    number.update { ($0.isFinite ? $0 : 0) + amount }
  }

  /// Subtracts from the value, from 0 when the gauge was without one; NaN and infinities are ignored.
  public func decrement(by amount: Double = 1) {
    increment(by: -amount)
  }

  /// The value, NaN after `clear()`.
  public var value: Double {
    number.load()
  }
}
