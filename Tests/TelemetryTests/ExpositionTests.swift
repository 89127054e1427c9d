import Telemetry
import Testing

@Suite struct ExpositionTests {
  @Test func `the text format is as it should be to the byte`() throws {
    #expect(
      try example().text(.text) == """
        # HELP a_fila_tamanho Waiting "now", \\\\ and\\nnewline.
        # TYPE a_fila_tamanho gauge
        a_fila_tamanho{fila="baixa",tipo="x"} 2.0
        a_fila_tamanho{fila="urgente",tipo="a \\"b\\" \\\\ c\\nd"} -0.5
        # HELP b_envios_total Sends.
        # TYPE b_envios_total counter
        b_envios_total 3.0
        # HELP c_duracao_seconds Duration.
        # TYPE c_duracao_seconds histogram
        c_duracao_seconds_bucket{resultado="sucesso",le="1e-05"} 0
        c_duracao_seconds_bucket{resultado="sucesso",le="0.1"} 1
        c_duracao_seconds_bucket{resultado="sucesso",le="1.0"} 2
        c_duracao_seconds_bucket{resultado="sucesso",le="+Inf"} 3
        c_duracao_seconds_sum{resultado="sucesso"} 7.75
        c_duracao_seconds_count{resultado="sucesso"} 3
        # HELP d_espera_seconds Wait.
        # TYPE d_espera_seconds histogram
        d_espera_seconds_bucket{le="1.0"} 0
        d_espera_seconds_bucket{le="+Inf"} 0
        d_espera_seconds_sum 0.0
        d_espera_seconds_count 0
        # HELP telemetry_series_folded_total \(foldedHelp)
        # TYPE telemetry_series_folded_total counter
        telemetry_series_folded_total{family="a_fila_tamanho"} 0.0
        telemetry_series_folded_total{family="c_duracao_seconds"} 0.0

        """)
  }

  @Test func `OpenMetrics is as it should be to the byte`() throws {
    #expect(
      try example().text(.openMetrics) == """
        # TYPE a_fila_tamanho gauge
        # HELP a_fila_tamanho Waiting \\"now\\", \\\\ and\\nnewline.
        a_fila_tamanho{fila="baixa",tipo="x"} 2.0
        a_fila_tamanho{fila="urgente",tipo="a \\"b\\" \\\\ c\\nd"} -0.5
        # TYPE b_envios counter
        # HELP b_envios Sends.
        b_envios_total 3.0
        # TYPE c_duracao_seconds histogram
        # UNIT c_duracao_seconds seconds
        # HELP c_duracao_seconds Duration.
        c_duracao_seconds_bucket{resultado="sucesso",le="1e-05"} 0
        c_duracao_seconds_bucket{resultado="sucesso",le="0.1"} 1
        c_duracao_seconds_bucket{resultado="sucesso",le="1.0"} 2
        c_duracao_seconds_bucket{resultado="sucesso",le="+Inf"} 3
        c_duracao_seconds_sum{resultado="sucesso"} 7.75
        c_duracao_seconds_count{resultado="sucesso"} 3
        # TYPE d_espera_seconds histogram
        # UNIT d_espera_seconds seconds
        # HELP d_espera_seconds Wait.
        d_espera_seconds_bucket{le="1.0"} 0
        d_espera_seconds_bucket{le="+Inf"} 0
        d_espera_seconds_sum 0.0
        d_espera_seconds_count 0
        # TYPE telemetry_series_folded counter
        # HELP telemetry_series_folded \(foldedHelp)
        telemetry_series_folded_total{family="a_fila_tamanho"} 0.0
        telemetry_series_folded_total{family="c_duracao_seconds"} 0.0
        # EOF

        """)
  }

  @Test func `an empty registry is an empty exposition`() {
    let registry = MetricsRegistry()
    #expect(registry.text(.text) == "")
    #expect(registry.text(.openMetrics) == "# EOF\n")
  }

  @Test func `the unit of a counter stands before its total`() throws {
    let registry = MetricsRegistry()
    _ = try registry.counter("x_lidos_bytes_total", help: "Read.")
    #expect(registry.text(.openMetrics).contains("# UNIT x_lidos_bytes bytes\n"))
    #expect(!registry.text(.text).contains("UNIT"))
  }

  @Test func `no line is blank and none holds a carriage return of ours`() throws {
    for format in ExpositionFormat.allCases {
      let exposition = try BusyRegistry.make().render(format)
      let lines = exposition.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      #expect(lines.dropLast().allSatisfy { !$0.isEmpty && $0.last != UInt8(ascii: "\r") })
      #expect(lines.last?.isEmpty == true)
    }
  }

  @Test func `series are sorted by their values, whenever they were made`() throws {
    let registry = MetricsRegistry()
    let family = try registry.counter("x_total", help: "X.", labels: ["b", "a"])
    for (b, a) in [("2", "z"), ("1", "z"), ("1", "a!"), ("1", "a"), ("10", "a")] { _ = try family.with(b, a) }
    #expect(
      registry.samples("x_total") == [
        #"x_total{a="a",b="1"} 0.0"#, #"x_total{a="a",b="10"} 0.0"#, #"x_total{a="a!",b="1"} 0.0"#,
        #"x_total{a="z",b="1"} 0.0"#, #"x_total{a="z",b="2"} 0.0"#,
      ])
  }

  @Test func `two declarations of the same labels show alike`() throws {
    let (one, other) = (MetricsRegistry(), MetricsRegistry())
    try one.gauge("x", help: "X.", labels: ["a", "b"]).with("1", "2").set(3)
    try other.gauge("x", help: "X.", labels: ["b", "a"]).with("2", "1").set(3)
    #expect(one.render(.text) == other.render(.text))
  }

  @Test func `spellings of an accented letter stay apart`() throws {
    let registry = MetricsRegistry()
    let family = try registry.counter("x_total", help: "X.", labels: ["a"])
    try family.with("a\u{301}").increment()
    try family.with("\u{e1}").increment()
    #expect(registry.samples("x_total").count == 2)
  }

  private let foldedHelp = "Series beyond the limit of their family that were folded into one or left out, each time."

  private func example() throws -> MetricsRegistry {
    let registry = MetricsRegistry()
    _ = try registry.histogram("d_espera_seconds", help: "Wait.", buckets: [1])
    let duration = try registry.histogram(
      "c_duracao_seconds", help: "Duration.", buckets: [0.00001, 0.1, 1], labels: ["resultado"])
    for value in [0.1, 0.65, 7] { try duration.with("sucesso").observe(value) }
    try registry.counter("b_envios_total", help: "Sends.").increment(by: 3)
    let size = try registry.gauge(
      "a_fila_tamanho", help: "Waiting \"now\", \\ and\nnewline.", labels: ["tipo", "fila"])
    try size.with("a \"b\" \\ c\nd", "urgente").set(-0.5)
    try size.with("x", "baixa").set(2)
    return registry
  }
}
