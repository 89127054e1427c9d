import Foundation
import Telemetry
import TestSupport
import Testing

/// What others make of the exposition.
@Suite struct ParserTests {
  @Test(.hangLimit)
  func `promtool finds nothing wrong with the text format`() async throws {
    let promtool = try Tool.named(
      "promtool", "check", "metrics", missing: "promtool is missing: install Debian's package `prometheus`")
    let exposition = try BusyRegistry.make().render(.text)
    let outcome = try await promtool.run(input: exposition)
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)")
  }

  @Test(.hangLimit, arguments: ExpositionFormat.allCases)
  func `the Python client reads back what was meant`(format: ExpositionFormat) async throws {
    let module = format == .openMetrics ? "prometheus_client.openmetrics.parser" : "prometheus_client.parser"
    let python = try Tool.python(
      """
      import json, sys
      try:
          from \(module) import text_string_to_metric_families as parse
      except ImportError:
          sys.exit("prometheus-client is missing: run `make setup`")
      text = sys.stdin.buffer.read().decode()
      samples = [(s.name, s.labels, s.value) for f in parse(text) for s in f.samples]
      print(json.dumps([[n, l.get("resultado", ""), v] for n, l, v in samples if n == "whatsapp_envios_total"]))
      """)
    let outcome = try await python.run(input: try BusyRegistry.make().render(format))
    try #require(outcome.status == 0, "\(outcome.output)")

    let rows = try JSONDecoder().decode([SendRow].self, from: Data(outcome.output.utf8))
    let seen = Dictionary(uniqueKeysWithValues: rows.map { (Array($0.result.utf8), $0.count) })
    for (index, value) in BusyRegistry.hardValues.enumerated() {
      #expect(seen[Array(value.utf8)] == Double(index), "\(value.debugDescription)")
    }
    #expect(seen[Array("__outros__".utf8)] == 5)
    #expect(seen.count == BusyRegistry.hardValues.count + 1)
  }

  private struct SendRow: Decodable {
    let result: String
    let count: Double

    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      _ = try row.decode(String.self)
      result = try row.decode(String.self)
      count = try row.decode(Double.self)
    }
  }
}
