/// Counts observations in buckets, for shares and quantiles over many processes.
///
/// Observing takes no lock and allocates nothing, as long as no exemplar is kept.
public final class Histogram: Sendable {
  private let bounds: [Double]
  private let firstShelf = BucketShelf()
  private let furtherShelves: [FurtherShelf]
  private let exemplarShelf: ExemplarShelf?

  /// A histogram with the given inclusive upper bounds, ascending; one bucket up to infinity comes on top.
  init(bounds: [Double], keepsExemplars: Bool = false) {
    self.bounds = bounds
    exemplarShelf = keepsExemplars ? ExemplarShelf(buckets: bounds.count + 1) : nil
    furtherShelves = (0..<bounds.count / BucketShelf.width).map { _ in FurtherShelf() }
  }

  /// Counts a value, in the family's unit, which is seconds for durations.
  ///
  /// NaN is ignored. A negative value counts in the first bucket and takes its share off the sum; an infinite one counts
  /// in the outermost bucket of its side and is left out of the sum.
  public func observe(_ value: Double) {
    guard !value.isNaN else { return }
    record(value, in: bucket(of: value))
  }

  /// Counts a value, and keeps an example of what was observed for the next scrapes, the latest of each bucket.
  ///
  /// The exemplar is asked for only when the histogram was registered to keep them; then a lock is held for the time of
  /// an assignment. With a value that is not finite there is none to show.
  public func observe(_ value: Double, exemplar: @autoclosure () -> Exemplar?) {
    guard !value.isNaN else { return }
    let bucket = bucket(of: value)
    record(value, in: bucket)
    guard let exemplarShelf, value.isFinite, let exemplar = exemplar() else { return }
    exemplarShelf.keep(ObservedExemplar(exemplar, value: value), in: bucket)
  }

  /// Counts a duration, in seconds, and keeps an example of what took so long.
  public func observe(_ duration: Duration, exemplar: @autoclosure () -> Exemplar?) {
    observe(duration / .seconds(1), exemplar: exemplar())
  }

  @inline(__always)
  private func bucket(of value: Double) -> Int {
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
    return bucket
  }

  @inline(__always)
  private func record(_ value: Double, in bucket: Int) {
    if bucket < BucketShelf.width {
      firstShelf.record(value, in: bucket)
    } else {
      furtherShelves[bucket / BucketShelf.width - 1].shelf.record(value, in: bucket % BucketShelf.width)
    }
  }

  /// Counts a duration, in seconds.
  public func observe(_ duration: Duration) {
    observe(duration / .seconds(1))
  }

  /// How many observations there were.
  public var count: UInt64 {
    (0...bounds.count).reduce(0) { $0 &+ count(in: $1) }
  }

  /// The sum of the finite observations.
  public var sum: Double {
    furtherShelves.reduce(firstShelf.sum()) { ($0 + $1.shelf.sum()).clampedToFinite }
  }

  /// The latest exemplar of each bucket, or nothing when none are kept.
  func exemplars() -> [ObservedExemplar?] {
    exemplarShelf?.all() ?? []
  }

  /// How many observations fell into one bucket alone, the last one being that up to infinity.
  func count(in bucket: Int) -> UInt64 {
    guard bucket >= BucketShelf.width else { return firstShelf.count(in: bucket) }
    return furtherShelves[bucket / BucketShelf.width - 1].shelf.count(in: bucket % BucketShelf.width)
  }
}
