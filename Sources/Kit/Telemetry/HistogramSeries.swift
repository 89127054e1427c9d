/// A histogram's lines: its cumulative buckets, their sum and their count.
struct HistogramSeries: Series {
  let instrument: Histogram
  private let buckets: HistogramBuckets
  private let bucketPrefix: [UInt8]
  private let countPrefix: [UInt8]
  private let sumPrefix: [UInt8]

  init(_ buckets: HistogramBuckets, name: String, pairs: [UInt8], keepsExemplars: Bool) {
    instrument = Histogram(bounds: buckets.bounds, keepsExemplars: keepsExemplars)
    self.buckets = buckets
    let separator = pairs.isEmpty ? "" : ","
    bucketPrefix = Array("\(name)_bucket{".utf8) + pairs + Array("\(separator)le=\"".utf8)
    countPrefix = .linePrefix("\(name)_count", pairs: pairs)
    sumPrefix = .linePrefix("\(name)_sum", pairs: pairs)
  }

  func write(_ format: ExpositionFormat, to output: inout [UInt8]) {
    // Read before the counts, so that the observation of each exemplar is counted.
    let exemplars = format == .openMetrics ? instrument.exemplars() : []
    // The count is taken from the last bucket: read again, it could include later observations.
    var total: UInt64 = 0
    for index in buckets.endings.indices {
      total &+= instrument.count(in: index)
      output.append(contentsOf: bucketPrefix)
      output.append(contentsOf: buckets.endings[index])
      output.append(decimal: total)
      if let exemplar = exemplars.isEmpty ? nil : exemplars[index] {
        output.append(exemplar.exemplar, value: exemplar.value)
      }
      output.append(UInt8(ascii: "\n"))
    }
    output.append(contentsOf: sumPrefix)
    output.append(number: instrument.sum)
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: countPrefix)
    output.append(decimal: total)
    output.append(UInt8(ascii: "\n"))
  }
}
