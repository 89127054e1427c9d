import Synchronization

/// The series of a family, sorted by their labels' values and limited in number.
final class SeriesTable<Row: Series>: Family {
  let name: FamilyName
  let header: FamilyHeader
  let description: FamilyDescription
  private let labels: LabelNames
  private let limit: SeriesLimit
  private let make: @Sendable (_ pairs: [UInt8]) -> Row
  private let rows = Mutex(Rows())

  /// A table that makes its series with `make`.
  init(
    _ name: FamilyName, help: String, labels: LabelNames, limit: SeriesLimit, buckets: [Double] = [],
    make: @escaping @Sendable (_ pairs: [UInt8]) -> Row
  ) {
    self.name = name
    header = FamilyHeader(name, help: help)
    description = FamilyDescription(name, help: help, labels: labels, buckets: buckets)
    self.labels = labels
    self.limit = limit
    self.make = make
  }

  /// The instrument of the series with these values, in the order in which the labels were declared.
  func instrument(_ values: [String]) throws(MetricError) -> Row.Instrument {
    guard let key = labels.sortedValues(values) else {
      throw MetricError(
        name.text, "\(values.count) label values were given", fix: "give \(labels.count), in the declared order")
    }
    return rows.withLock { rows in
      if let row = rows.row(key) { return row.instrument }
      let overflow = labels.allEqual(to: "__outros__")
      guard key != overflow, rows.nonOverflowCount >= limit.count else {
        if key != overflow { rows.nonOverflowCount += 1 }
        return rows.insert(make(labels.pairs(key)), key).instrument
      }
      limit.folded?.increment()
      let row = rows.row(overflow) ?? rows.insert(make(labels.pairs(overflow)), overflow)
      return row.instrument
    }
  }

  func writeSeries(_ format: ExpositionFormat, to output: inout [UInt8]) {
    let series = rows.withLock { $0.series }
    for row in series { row.write(format, to: &output) }
  }

  private struct Rows: Sendable {
    private var keys: [LabelValues] = []
    private(set) var series: [Row] = []
    var nonOverflowCount = 0

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

    /// The position of the key, or the one to insert it at.
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

/// How many series a family may have, and the counter of those beyond.
struct SeriesLimit: Sendable {
  static let none = SeriesLimit(count: .max, folded: nil)

  let count: Int
  let folded: Counter?
}
