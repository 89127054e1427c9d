import Synchronization

/// A number that only grows, such as messages sent since the start of the process.
///
/// Incrementing takes no lock and allocates nothing. Callers keep the handle; looking it up by labels is for the start.
public final class Counter: Sendable {
  private static let ownedStripes = 7

  /// Larger steps go to the floating-point part: the whole numbers of a stripe then wrap only after 2^64 units in
  /// steps of at most this size, which no process lives to see.
  private static let largestWholeStep = 1 << 20

  /// The last stripe is the shared one.
  private let stripes = InlineArray<8, CounterStripe> { _ in CounterStripe() }
  private let rest = AtomicDouble(0)

  init() {}

  /// Adds one.
  public func increment() {
    addWhole(1)
  }

  /// Adds a whole number; zero and negative ones are ignored, since a counter never goes back.
  public func increment(by amount: Int) {
    guard amount > 0 else { return }
    guard amount <= Self.largestWholeStep else {
      add(Double(amount))
      return
    }
    addWhole(UInt64(truncatingIfNeeded: amount))
  }

  /// Adds a number; negative ones, infinities and NaN are ignored. The sum stops at the largest finite number.
  public func add(_ amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    rest.update { min($0 + amount, .greatestFiniteMagnitude) }
  }

  /// What has been counted so far.
  public var value: Double {
    var whole: UInt64 = 0
    var beyond = 0.0
    for index in stripes.indices {
      let count = stripes[index].count.load(ordering: .relaxed)
      let (sum, overflow) = whole.addingReportingOverflow(count)
      if overflow { beyond += Double(count) } else { whole = sum }
    }
    return min(Double(whole) + beyond + rest.load(), .greatestFiniteMagnitude)
  }

  @inline(__always)
  private func addWhole(_ amount: UInt64) {
    let slot = ThreadSlot.find(among: Self.ownedStripes) { stripes[$0].owner.admits($1) }
    if let slot {
      let seen = stripes[slot].count.load(ordering: .relaxed)
      stripes[slot].count.store(seen &+ amount, ordering: .relaxed)
    } else {
      stripes[Self.ownedStripes].count.wrappingAdd(amount, ordering: .relaxed)
    }
  }
}
