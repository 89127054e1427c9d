import Synchronization

/// The series of a family, sorted by their labels' values, and bounded in number.
final class SeriesTable<Row: Series>: Family {
  let name: FamilyName
  let header: FamilyHeader
  let description: FamilyDescription
  private let labels: LabelNames
  private let bound: SeriesBound
  private let make: @Sendable (_ pairs: [UInt8]) -> Row
  private let rows = Mutex(Rows())

  /// A table that makes series by `make` up to a bound.
  init(
    _ name: FamilyName, help: String, labels: LabelNames, bound: SeriesBound, buckets: [Double] = [],
    make: @escaping @Sendable (_ pairs: [UInt8]) -> Row
  ) {
    self.name = name
    header = FamilyHeader(name, help: help)
    description = FamilyDescription(name, help: help, labels: labels, buckets: buckets)
    self.labels = labels
    self.bound = bound
    self.make = make
  }

  /// The instrument of the series with these values, in the order in which the labels were declared.
  func instrument(_ values: [String]) throws(MetricError) -> Row.Instrument {
    guard let wanted = labels.canonical(values) else {
      throw MetricError(
        name.text, "\(values.count) label values were given", fix: "give \(labels.count), in the declared order")
    }
    return rows.withLock { rows in
      if let known = rows.row(wanted) { return known.instrument }
      let overflow = labels.all("__outros__")
      guard wanted != overflow, rows.ordinary >= bound.limit else {
        rows.ordinary += wanted == overflow ? 0 : 1
        return rows.insert(make(labels.pairs(wanted)), wanted).instrument
      }
      bound.folded?.increment()
      let rest = rows.row(overflow) ?? rows.insert(make(labels.pairs(overflow)), overflow)
      return rest.instrument
    }
  }

  func writeSeries(_ format: ExpositionFormat, to output: inout [UInt8]) {
    let series = rows.withLock { $0.series }
    for row in series { row.write(format, to: &output) }
  }

  private struct Rows: Sendable {
    private var keys: [LabelValues] = []
    private(set) var series: [Row] = []
    /// How many there are without the one that takes what is beyond the limit.
    var ordinary = 0

    func row(_ key: LabelValues) -> Row? {
      let position = position(of: key)
      return position < keys.count && keys[position] == key ? series[position] : nil
    }

    mutating func insert(_ row: Row, _ key: LabelValues) -> Row {
      let position = position(of: key)
      keys.insert(key, at: position)
      series.insert(row, at: position)
      return row
    }

    /// Where the key stands, or where it would be inserted.
    private func position(of key: LabelValues) -> Int {
      var low = 0
      var high = keys.count
      while low < high {
        let middle = (low + high) / 2
        if keys[middle] < key { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
