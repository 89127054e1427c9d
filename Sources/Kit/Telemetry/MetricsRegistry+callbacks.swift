extension MetricsRegistry {
  /// A metric that is read at each scrape. The series that `read` does not give are absent from that scrape.
  ///
  /// Left out as well are samples that would spoil the exposition: values that are not finite, negative ones of a
  /// counter, those with more or fewer label values than labels, and all but the first with the same label values.
  ///
  /// - Parameters:
  ///   - kind: whether the numbers only grow.
  ///   - name: as for a counter or a gauge.
  ///   - help: one line on what is measured.
  ///   - labels: names of the labels.
  ///   - read: gives the series of a scrape. It is called on the scrape's thread, by several scrapes at once if they
  ///     overlap, and has to be quick.
  /// - Throws: `MetricError` when the name is invalid or taken, a label's name is invalid, reserved or there twice, or
  ///   the help is empty.
  public func callback(
    _ kind: CallbackKind, _ name: String, help: String, labels: [String] = [],
    read: @escaping @Sendable () -> [Sample]
  ) throws(MetricError) {
    _ = try register(name, kind.family, help: help, labels: labels) { name, labels, bound in
      CallbackFamily(name, help: help, labels: labels, bound: bound, read: read)
    }
  }

  /// A gauge that is always 1, with what there is to tell in its labels, such as the version of a build.
  ///
  /// - Throws: `MetricError` when the name is invalid or taken, a label's name is invalid, reserved or there twice, or
  ///   the help is empty.
  public func info(_ name: String, help: String, labels: [(String, String)]) throws(MetricError) {
    let table = try register(name, .gauge, help: help, labels: labels.map(\.0), bounded: false) {
      name, labels, bound in
      SeriesTable(name, help: help, labels: labels, bound: bound) {
        SingleValueSeries(Gauge(), name: name.text, pairs: $0)
      }
    }
    try table.instrument(labels.map(\.1)).set(1)
  }
}
