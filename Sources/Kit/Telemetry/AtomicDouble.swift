import Synchronization

/// A floating-point number that several threads change.
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

  /// Replaces the number with what `change` returns, which is called again when another thread changed it meanwhile.
  @inline(__always)
  borrowing func update(_ change: (Double) -> Double) {
    var current = bits.load(ordering: .relaxed)
    while true {
      let new = change(Double(bitPattern: current)).bitPattern
      let result = bits.weakCompareExchange(expected: current, desired: new, ordering: .relaxed)
      if result.exchanged { return }
      current = result.original
    }
  }
}
