import Telemetry
import Testing

@Suite struct CatalogueTests {
  @Test func `the catalogue lists every family, sorted, with or without series`() throws {
    let registry = MetricsRegistry()
    _ = try registry.histogram("d_espera_seconds", help: "Waits.", buckets: [0.5, 1], labels: ["fila", "a"])
    _ = try registry.counter("b_lidos_bytes_total", help: "Read.")
    try registry.callback(.gauge, "c_ausente", help: "Not known now.", labels: ["x"]) { [] }
    try registry.info("a_build_info", help: "The build.", labels: [("version", "1")])
    let rows = registry.catalogue().map {
      "\($0.name) \($0.kind) \($0.labels) \($0.unit ?? "-") \($0.help) \($0.buckets)"
    }
    #expect(
      rows.filter { !$0.hasPrefix("telemetry_") } == [
        #"a_build_info gauge ["version"] - The build. []"#,
        #"b_lidos_bytes_total counter [] bytes Read. []"#,
        #"c_ausente gauge ["x"] - Not known now. []"#,
        #"d_espera_seconds histogram ["a", "fila"] seconds Waits. [0.5, 1.0]"#,
      ])
    #expect(rows.count == 5)
  }

  @Test func `an empty registry has an empty catalogue`() {
    #expect(MetricsRegistry().catalogue().isEmpty)
  }
}
