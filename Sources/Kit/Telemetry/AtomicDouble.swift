import Synchronization

/// A floating-point number that many threads add to.
struct AtomicDouble: ~Copyable {
  private let bits: Atomic<UInt64>

  init(_ value: Double) {
    bits = Atomic(value.bitPattern)
  }

  @inline(__always)
  borrowing func load() -> Double {
    Double(bitPattern: bits.load(ordering: .relaxed))
  }

  @inline(__always)
  borrowing func store(_ value: Double) {
    bits.store(value.bitPattern, ordering: .relaxed)
  }

  /// Replaces the number by what `change` makes of it, which may be called again when another thread was quicker.
  @inline(__always)
  borrowing func update(_ change: (Double) -> Double) {
    var seen = bits.load(ordering: .relaxed)
    while true {
      let wanted = change(Double(bitPattern: seen)).bitPattern
      let attempt = bits.weakCompareExchange(expected: seen, desired: wanted, ordering: .relaxed)
      if attempt.exchanged { return }
      seen = attempt.original
    }
  }
}
