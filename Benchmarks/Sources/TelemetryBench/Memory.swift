import Telemetry

/// The memory that series use, from the growth of the process.
struct Memory {
  /// Kept, since memory that one measurement freed would be used again by the next one and not counted.
  private var kept: [MetricsRegistry] = []

  /// Bytes a series, its texts and its place in the family included.
  mutating func perSeries(_ prepare: (MetricsRegistry) throws -> (String) throws -> Void) throws -> Double {
    let count = 50_000
    let registry = MetricsRegistry(seriesLimit: count)
    kept.append(registry)
    let makeSeries = try prepare(registry)
    let before = try Self.resident()
    for index in 0..<count { try makeSeries("motivo_\(index + 100_000)") }
    let after = try Self.resident()
    return (after - before) / Double(count)
  }

  private static func resident() throws -> Double {
    let registry = MetricsRegistry()
    try ProcessCollector().register(in: registry)
    let lines = String(decoding: registry.render(.text), as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("process_resident_memory_bytes ") }
    return line?.split(separator: " ").last.flatMap { Double($0) } ?? .nan
  }
}
