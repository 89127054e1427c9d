/// A family whose series are asked for at each scrape.
final class CallbackFamily: Family {
  let name: FamilyName
  let header: FamilyHeader
  let description: FamilyDescription
  private let labels: LabelNames
  private let bound: SeriesBound
  private let read: @Sendable () -> [Sample]

  init(
    _ name: FamilyName, help: String, labels: LabelNames, bound: SeriesBound, read: @escaping @Sendable () -> [Sample]
  ) {
    self.name = name
    header = FamilyHeader(name, help: help)
    description = FamilyDescription(name, help: help, labels: labels)
    self.labels = labels
    self.bound = bound
    self.read = read
  }

  func writeSeries(_ format: ExpositionFormat, to output: inout [UInt8]) {
    var previous: LabelValues?
    var written = 0
    for (values, value) in showable() where values != previous {
      previous = values
      guard written < bound.limit else {
        bound.folded?.increment()
        continue
      }
      written += 1
      output.append(contentsOf: [UInt8].linePrefix(name.text, pairs: labels.pairs(values)))
      output.append(number: value)
      output.append(UInt8(ascii: "\n"))
    }
  }

  /// What can be shown of the samples, sorted by labels; of several with the same labels the first one comes first.
  private func showable() -> [(LabelValues, Double)] {
    read().compactMap { sample -> (LabelValues, Double)? in
      guard sample.value.isFinite, name.kind != .counter || sample.value >= 0 else { return nil }
      return labels.canonical(sample.labels).map { ($0, sample.value) }
    }
    .sorted { $0.0 < $1.0 }
  }
}
