import CZlib
import Telemetry

/// One scrape of a registry of so many series, nine counters to a histogram of 13 lines: rendering and compressing, as
/// the monitoring server does them, without the network.
struct Scrape {
  private let registry: MetricsRegistry

  /// A registry with that many series.
  init(series: Int, buckets: [Double]) throws {
    registry = MetricsRegistry(seriesLimit: series)
    let counters = try registry.counter("bench_messages_total", help: "Messages.", labels: ["motivo", "fila"])
    let histograms = try registry.histogram("bench_wait_seconds", help: "Waits.", buckets: buckets, labels: ["fila"])
    for index in 0..<series {
      if index.isMultiple(of: 10) {
        let histogram = try histograms.with("fila_\(index)")
        for value in buckets { histogram.observe(value * 1.37) }
      } else {
        try counters.with("motivo_\(index)", "whatsapp").increment(by: index * 1_000)
      }
    }
  }

  /// Renders a scrape, and gives its length in bytes.
  func render(_ format: ExpositionFormat) -> Int { registry.render(format).count }

  /// Renders and compresses a scrape, and gives its length in bytes.
  func renderCompressed(_ format: ExpositionFormat) -> Int { Self.gzip(registry.render(format)) }

  private static func gzip(_ bytes: [UInt8]) -> Int {
    var stream = z_stream()
    guard gzip_begin(&stream) == Z_OK else { return 0 }
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        _ = deflate(&stream, Z_FINISH)
      }
    }
    return Int(stream.total_out)
  }
}
