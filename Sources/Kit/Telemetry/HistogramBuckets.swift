/// The buckets that all series of a histogram family share.
struct HistogramBuckets: Sendable {
  /// The inclusive upper bounds, ascending.
  let bounds: [Double]

  /// What follows `le="` in each bucket's line before the count, that of the bucket up to infinity included.
  let endings: [[UInt8]]

  /// Checks the bounds of a metric's buckets.
  init(_ bounds: [Double], metric: String) throws(MetricError) {
    guard !bounds.isEmpty else {
      throw MetricError(metric, "there are no buckets", fix: "give at least one upper bound")
    }
    guard bounds.allSatisfy(\.isFinite) else {
      throw MetricError(metric, "a bucket's bound is not finite", fix: "leave it out; +Inf is there by itself")
    }
    for (bound, next) in zip(bounds, bounds.dropFirst()) where bound >= next {
      throw MetricError(
        metric, "the bucket \(next) comes after \(bound)", fix: "give the bounds in ascending order, each one once")
    }
    self.bounds = bounds
    endings = (bounds.map(BucketBound.text) + ["+Inf"]).map { Array("\($0)\"} ".utf8) }
  }
}
