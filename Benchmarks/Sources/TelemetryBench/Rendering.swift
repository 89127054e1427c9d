import Telemetry

/// A registry of 10,000 lines: half of them from counters, half from histograms of fourteen lines each.
struct Rendering {
  private let registry = MetricsRegistry(seriesLimit: 20_000)
  private let linesPerRender: Int

  /// Fills the registry; the histograms have the given buckets.
  init(buckets: [Double]) throws {
    let counters = try registry.counter("bench_messages_total", help: "Messages.", labels: ["motivo", "fila"])
    for index in 0..<5_000 {
      try counters.with("motivo_\(index)", "whatsapp").increment(by: index * 1_000)
    }
    let histograms = try registry.histogram("bench_wait_seconds", help: "Waits.", buckets: buckets, labels: ["fila"])
    for index in 0..<357 {
      let histogram = try histograms.with("fila_\(index)")
      for value in buckets { histogram.observe(value * 1.37) }
    }
    linesPerRender = registry.render(.text).count { $0 == UInt8(ascii: "\n") }
  }

  /// Renders some times over, and gives the number of lines that made.
  func lines(_ format: ExpositionFormat, times: Int) -> Int {
    for _ in 0..<times { precondition(registry.render(format).count > linesPerRender) }
    return linesPerRender * times
  }
}
