import Synchronization

/// A number that only grows, such as messages sent since the start of the process.
///
/// Incrementing takes no lock and allocates nothing. Keep the handle: looking it up by labels is slower.
public final class Counter: Sendable {
  /// Larger steps are added as floating-point numbers. With smaller ones the integer does not overflow in practice.
  private static let largestIntegerStep = 1 << 20

  private let integer = Atomic<UInt64>(0)
  private let floating = AtomicDouble(0)

  init() {}

  /// Adds one.
  public func increment() {
    integer.wrappingAdd(1, ordering: .relaxed)
  }

  /// Adds a whole number; zero and negative ones are ignored, since a counter never goes back.
  public func increment(by amount: Int) {
    guard amount > 0 else { return }
    guard amount <= Self.largestIntegerStep else {
      add(Double(amount))
      return
    }
    integer.wrappingAdd(UInt64(truncatingIfNeeded: amount), ordering: .relaxed)
  }

  /// Adds a number; negative ones, infinities and NaN are ignored. The sum stops at the largest finite number.
  public func add(_ amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    floating.update { min($0 + amount, .greatestFiniteMagnitude) }
  }

  /// What has been counted so far.
  public var value: Double {
    min(Double(integer.load(ordering: .relaxed)) + floating.load(), .greatestFiniteMagnitude)
  }
}

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
