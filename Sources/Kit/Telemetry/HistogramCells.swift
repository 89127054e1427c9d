import Synchronization

/// The counts of a histogram's buckets and the sum of what was observed.
final class HistogramCells: Sendable {
  private final class Count: Sendable {
    let value = Atomic<UInt64>(0)
  }

  private let counts: [Count]
  private let total = AtomicDouble(0)

  init(buckets: Int) {
    counts = (0..<buckets).map { _ in Count() }
  }

  @inline(__always)
  func add(_ value: Double, to bucket: Int) {
    counts[bucket].value.wrappingAdd(1, ordering: .relaxed)
    total.update { $0 + value }
  }

  func count(in bucket: Int) -> UInt64 {
    counts[bucket].value.load(ordering: .relaxed)
  }

  /// The sum, or the largest finite number when it overflowed.
  var sum: Double { total.load().clampedToFinite }
}

extension Double {
  /// The number itself, or the largest finite one of its sign.
  var clampedToFinite: Double {
    min(max(self, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }
}
