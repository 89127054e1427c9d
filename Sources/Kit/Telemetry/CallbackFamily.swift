/// A family whose series are read from a callback at each scrape.
final class CallbackFamily: Family {
  let name: FamilyName
  let header: FamilyHeader
  let description: FamilyDescription
  private let labels: LabelNames
  private let limit: SeriesLimit
  private let read: @Sendable () -> [Sample]

  init(
    _ name: FamilyName, help: String, labels: LabelNames, limit: SeriesLimit, read: @escaping @Sendable () -> [Sample]
  ) {
    self.name = name
    header = FamilyHeader(name, help: help)
    description = FamilyDescription(name, help: help, labels: labels)
    self.labels = labels
    self.limit = limit
    self.read = read
  }

  func writeSeries(_ format: ExpositionFormat, to output: inout [UInt8]) {
    var previous: LabelValues?
    var written = 0
    for (values, value) in validSamples() where values != previous {
      previous = values
      guard written < limit.count else {
        limit.folded?.increment()
        continue
      }
      written += 1
      output.append(contentsOf: [UInt8].linePrefix(name.text, pairs: labels.pairs(values)))
      output.append(number: value)
      output.append(UInt8(ascii: "\n"))
    }
  }

  /// The valid samples, sorted by labels; among those with the same labels the first one comes first.
  private func validSamples() -> [(LabelValues, Double)] {
    read().compactMap { sample -> (LabelValues, Double)? in
      guard sample.value.isFinite, name.kind != .counter || sample.value >= 0 else { return nil }
      return labels.sortedValues(sample.labels).map { ($0, sample.value) }
    }
    .sorted { $0.0 < $1.0 }
  }
}
