/// Counts observations in buckets, for shares and quantiles over many processes.
///
/// Observing takes no lock and allocates nothing.
public final class Histogram: Sendable {
  private let bounds: [Double]
  private let firstShelf = BucketShelf()
  private let furtherShelves: [FurtherShelf]

  /// A histogram with the given inclusive upper bounds, ascending; one bucket up to infinity comes on top.
  init(bounds: [Double]) {
    self.bounds = bounds
    furtherShelves = (0..<bounds.count / BucketShelf.width).map { _ in FurtherShelf() }
  }

  /// Counts a value, in the family's unit, which is seconds for durations.
  ///
  /// NaN is ignored. A negative value counts in the first bucket and takes its share off the sum; an infinite one counts
  /// in the outermost bucket of its side and is left out of the sum.
  public func observe(_ value: Double) {
    guard !value.isNaN else { return }
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
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

  /// How many observations fell into one bucket alone, the last one being that up to infinity.
  func count(in bucket: Int) -> UInt64 {
    guard bucket >= BucketShelf.width else { return firstShelf.count(in: bucket) }
    return furtherShelves[bucket / BucketShelf.width - 1].shelf.count(in: bucket % BucketShelf.width)
  }
}
