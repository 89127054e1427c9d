import Telemetry

/// Series that mean nothing, with which the cost of a scrape is measured at sizes that a worker does not reach.
enum SyntheticSeries {
  private static let seriesPerFamily = 500

  /// Registers that many counters, in families that stay below the registry's limit.
  ///
  /// - Throws: `MetricError` when a name is taken.
  static func register(_ count: Int, in registry: MetricsRegistry) throws(MetricError) {
    for first in stride(from: 0, to: count, by: seriesPerFamily) {
      let family = try registry.counter(
        "ballast_\(first / seriesPerFamily)_total", help: "Measures scrapes.", labels: ["motivo", "fila"])
      for number in first..<min(first + seriesPerFamily, count) {
        try family.with("motivo_\(number)", "whatsapp").increment(by: number * 1_000)
      }
    }
  }
}
