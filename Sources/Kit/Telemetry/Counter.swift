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
