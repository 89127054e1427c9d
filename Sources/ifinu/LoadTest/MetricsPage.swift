/// What a scrape of a worker's `/metrics` says (text format 0.0.4), as far as a report needs it.
struct MetricsPage: Sendable {
  private let samples: [String: Double]

  /// Reads a page; lines that are no samples are left out.
  init(_ page: [UInt8]) {
    var samples: [String: Double] = [:]
    for line in String(decoding: page, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else { continue }
      samples[String(line[..<space])] = value
    }
    self.samples = samples
  }

  /// Whether it is a worker's page.
  var isWorker: Bool { samples.keys.contains { $0.hasPrefix("ifinu_build_info{") } }

  /// The value of a series as it is written, `name{label="value"}`; 0 when it is not there.
  func value(_ series: String) -> Double { samples[series] ?? 0 }

  /// The sum over all series of a family.
  func sum(_ family: String) -> Double {
    samples.reduce(0) { $1.key == family || $1.key.hasPrefix(family + "{") ? $0 + $1.value : $0 }
  }

  /// The cumulative buckets of a histogram, all its series summed, by upper bound.
  func buckets(_ histogram: String) -> [(bound: Double, count: Double)] {
    var counts: [Double: Double] = [:]
    for (series, value) in samples where series.hasPrefix(histogram + "_bucket{") {
      guard let label = series.firstRange(of: "le=\"") else { continue }
      let text = series[label.upperBound...].prefix { $0 != "\"" }
      let bound = text == "+Inf" ? .infinity : Double(text) ?? .infinity
      counts[bound, default: 0] += value
    }
    return counts.map { ($0.key, $0.value) }.sorted { $0.bound < $1.bound }
  }
}

/// What the buckets of a histogram gained between two scrapes.
struct HistogramGain: Sendable {
  private let buckets: [(bound: Double, count: Double)]

  init(of histogram: String, from earlier: MetricsPage, to later: MetricsPage) {
    let before = Dictionary(uniqueKeysWithValues: earlier.buckets(histogram).map { ($0.bound, $0.count) })
    buckets = later.buckets(histogram).map { ($0.bound, $0.count - (before[$0.bound] ?? 0)) }
  }

  /// A percentile by linear interpolation within its bucket, as Prometheus' `histogram_quantile` has it; nil when
  /// nothing was observed. What lies beyond the last bound is told as that bound.
  func percentile(_ share: Double) -> Double? {
    guard let total = buckets.last?.count, total > 0 else { return nil }
    var (lowerBound, lowerCount) = (0.0, 0.0)
    for bucket in buckets {
      if bucket.count >= share * total {
        guard bucket.bound.isFinite else { return lowerBound }
        let within = bucket.count - lowerCount
        return within > 0
          ? lowerBound + (bucket.bound - lowerBound) * (share * total - lowerCount) / within : bucket.bound
      }
      (lowerBound, lowerCount) = (bucket.bound, bucket.count)
    }
    return lowerBound
  }
}
