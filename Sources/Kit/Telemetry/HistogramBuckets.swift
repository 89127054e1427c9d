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
    endings = (bounds.map(Self.text) + ["+Inf"]).map { Array("\($0)\"} ".utf8) }
  }
}

extension HistogramBuckets {
  /// A bound as the value of the label `le`: the shortest digits that read back, an exponent below 1e-4 and from 1e+06
  /// on, and `.0` behind a whole number.
  ///
  /// Scrapers compare label values as text, so the form has to be the one that other clients write.
  private static func text(_ bound: Double) -> String {
    guard bound != 0 else { return "0.0" }
    let sign = bound < 0 ? "-" : ""
    let (digits, exponent) = decimal(bound.magnitude)
    return sign + (exponent < -4 || exponent >= 6 ? scientific(digits, exponent) : plain(digits, exponent))
  }

  /// The significant digits, and the power of ten that the first of them stands for.
  private static func decimal(_ magnitude: Double) -> (digits: Substring, exponent: Int) {
    let parts = magnitude.description.split(separator: "e")
    let places = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = places.count > 1 ? places[1] : ""
    let all = places[0] + fraction
    let leadingZeros = all.prefix { $0 == "0" }.count
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    var digits = all.dropFirst(leadingZeros)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (digits, places[0].count - leadingZeros - 1 + power)
  }

  private static func plain(_ digits: Substring, _ exponent: Int) -> String {
    guard exponent >= 0 else { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let fraction = digits.dropFirst(exponent + 1)
    let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
    return whole + zeros + "." + (fraction.isEmpty ? "0" : fraction)
  }

  private static func scientific(_ digits: Substring, _ exponent: Int) -> String {
    let mantissa = digits.count > 1 ? "\(digits.prefix(1)).\(digits.dropFirst())" : String(digits)
    let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(power)"
  }
}
