import Synchronization

/// One slot of a shelf of buckets.
///
/// The padding keeps what two threads write in different cache lines, as long as there are at most eleven bounds, which
/// is what most histograms have; with more, neighbours may meet in one line, which costs time only.
struct BucketStripe: ~Copyable {
  let owner = SlotOwner()
  private let total = AtomicDouble(0)
  private let counts = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
  private let padding = InlineArray<3, UInt64>(repeating: 0)

  init() {}

  /// Counts an observation on the thread that the stripe belongs to.
  @inline(__always)
  borrowing func recordAlone(_ value: Double, in bucket: Int) {
    let seen = counts[bucket].load(ordering: .relaxed)
    counts[bucket].store(seen &+ 1, ordering: .relaxed)
    total.store(total.load() + value)
  }

  /// Counts an observation while other threads may do so too.
  @inline(never)
  borrowing func recordAmongOthers(_ value: Double, in bucket: Int) {
    counts[bucket].wrappingAdd(1, ordering: .relaxed)
    total.update { $0 + value }
  }

  borrowing func count(in bucket: Int) -> UInt64 {
    counts[bucket].load(ordering: .relaxed)
  }

  borrowing func sum() -> Double {
    total.load().clampedToFinite
  }
}

extension Double {
  /// The number itself, or the largest finite one of its sign. NaN cannot come from clamped summands.
  var clampedToFinite: Double {
    min(max(self, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }
}
