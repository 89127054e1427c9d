import Glibc
import Synchronization

/// Counts observations in buckets, for shares and quantiles over many processes.
///
/// Observing takes no lock and allocates nothing, as long as no exemplar is kept.
public final class Histogram: Sendable {
  private let bounds: [Double]

  // Adding to one sum by compare-exchange is slow when two threads contend for it. The first thread to observe has
  // cells of its own, all others share a second set. Both are atomic, so it does no harm when the system gives the
  // first thread's identity to a new one.
  private let firstThread = Atomic<pthread_t>(0)
  private let firstThreadCells: HistogramCells
  private let otherThreadsCells: HistogramCells

  private let exemplarSlots: ExemplarSlots?

  /// A histogram with the given inclusive upper bounds, ascending; one bucket up to infinity comes on top.
  init(bounds: [Double], keepsExemplars: Bool = false) {
    self.bounds = bounds
    firstThreadCells = HistogramCells(buckets: bounds.count + 1)
    otherThreadsCells = HistogramCells(buckets: bounds.count + 1)
    exemplarSlots = keepsExemplars ? ExemplarSlots(buckets: bounds.count + 1) : nil
  }

  /// Counts a value, in the family's unit, which is seconds for durations.
  ///
  /// NaN is ignored. A negative value counts in the first bucket and is subtracted from the sum; an infinite one counts
  /// in the outermost bucket of its side and is left out of the sum.
  public func observe(_ value: Double) {
    guard !value.isNaN else { return }
    record(value, in: bucket(of: value))
  }

  /// Counts a duration, in seconds.
  public func observe(_ duration: Duration) {
    observe(duration / .seconds(1))
  }

  /// Counts a value, and keeps an exemplar of it for the next scrapes, the latest of each bucket.
  ///
  /// The exemplar is asked for only when the histogram was registered to keep them; then a lock is held while it is
  /// stored. A value that is not finite has no exemplar.
  public func observe(_ value: Double, exemplar: @autoclosure () -> Exemplar?) {
    guard !value.isNaN else { return }
    let bucket = bucket(of: value)
    record(value, in: bucket)
    guard let exemplarSlots, value.isFinite, let exemplar = exemplar() else { return }
    exemplarSlots.store(exemplar, value: value, bucket: bucket)
  }

  /// Counts a duration, in seconds, and keeps an exemplar of it.
  public func observe(_ duration: Duration, exemplar: @autoclosure () -> Exemplar?) {
    observe(duration / .seconds(1), exemplar: exemplar())
  }

  /// How many observations there were.
  public var count: UInt64 {
    (0...bounds.count).reduce(0) { $0 &+ count(in: $1) }
  }

  /// The sum of the finite observations.
  public var sum: Double {
    (firstThreadCells.sum + otherThreadsCells.sum).clampedToFinite
  }

  /// How many observations fell into one bucket alone, the last one being that up to infinity.
  func count(in bucket: Int) -> UInt64 {
    firstThreadCells.count(in: bucket) &+ otherThreadsCells.count(in: bucket)
  }

  /// The latest exemplar of each bucket, or an empty array when none are kept.
  func exemplars() -> [ExemplarSlots.Slot] {
    exemplarSlots?.load() ?? []
  }

  @inline(__always)
  private func bucket(of value: Double) -> Int {
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
    return bucket
  }

  @inline(__always)
  private func record(_ value: Double, in bucket: Int) {
    // One infinite observation would make the sum useless for good.
    let summand = value.isFinite ? value : 0
    // Choosing the cells first and adding to them once would cost a retain and a release.
    if isFirst(pthread_self()) {
      firstThreadCells.add(summand, to: bucket)
    } else {
      otherThreadsCells.add(summand, to: bucket)
    }
  }

  @inline(__always)
  private func isFirst(_ thread: pthread_t) -> Bool {
    let first = firstThread.load(ordering: .relaxed)
    guard first == 0 else { return first == thread }
    return firstThread.compareExchange(expected: 0, desired: thread, ordering: .relaxed).exchanged
  }
}

/// Histograms of one name that differ in their labels and share their buckets.
public struct HistogramFamily: Sendable {
  let table: SeriesTable<HistogramSeries>

  /// The histogram with these label values, in the order in which the labels were declared. Made at the first call;
  /// callers keep it. Beyond the registry's limit of series it is the one whose values are all `__outros__`.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: String...) throws(MetricError) -> Histogram {
    try with(values)
  }

  /// The same for values that are not known when the program is written.
  ///
  /// - Throws: `MetricError` when there are more or fewer values than labels.
  public func with(_ values: [String]) throws(MetricError) -> Histogram {
    try table.instrument(values)
  }
}
