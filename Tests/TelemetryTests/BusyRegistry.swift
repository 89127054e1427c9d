import Telemetry

/// A registry with every kind of metric, and with values that are hard to write down.
enum BusyRegistry {
  /// Label values that a careless exposition breaks on.
  static let hardValues = [
    "", "plain", #"quote " inside"#, #"back\slash"#, "new\nline", "carriage\r\nreturn", "#hash {brace} , = ", "ação 👍🏽",
    "nul\u{0}byte", #"\"#, #"\n"#, "  blanks  ",
  ]

  static func make() throws -> MetricsRegistry {
    let registry = MetricsRegistry(seriesLimit: hardValues.count)
    let sends = try registry.counter(
      "whatsapp_envios_total", help: #"Send attempts "ended", with a \ and"# + "\na newline", labels: ["resultado"])
    for (index, value) in hardValues.enumerated() { try sends.with(value).increment(by: index) }
    for index in 0..<5 { try sends.with("beyond \(index)").increment() }
    try registry.counter("whatsapp_octets_bytes_total", help: "Bytes.").add(0.5)

    let size = try registry.gauge("whatsapp_fila_tamanho", help: "Waiting.", labels: ["fila"])
    for (fila, value) in [("a", 1e-9), ("b", -2.5), ("c", 1e300), ("d", .nan), ("e", .infinity), ("f", 1e17)] {
      try size.with(fila).set(value)
    }

    let buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    let duration = try registry.histogram(
      "whatsapp_envio_duracao_seconds", help: "Answer time.", buckets: buckets, labels: ["resultado"])
    for value in hardValues { try duration.with(value).observe(0.3) }
    for value in [-1, 0, 0.01, 7, 1e9, .infinity, .nan] { try duration.with("plain").observe(value) }
    let wide = try registry.histogram(
      "largura_bytes", help: "Many buckets.", buckets: (0..<40).map { Double(1 << $0) })
    for index in 0..<40 { wide.observe(Double(1 << index)) }

    try registry.callback(.gauge, "whatsapp_dlq_tamanho", help: "Dead letters.", labels: ["fila"]) {
      [Sample(labels: ["x"], value: 1), Sample(labels: ["x"], value: 2), Sample(labels: [], value: 3)]
    }
    try registry.callback(.gauge, "whatsapp_ausente", help: "Not known now.") { [] }
    try registry.info(
      "ifinu_build_info", help: "The build.", labels: [("version", "1.0"), ("swift", "6.3"), ("commit", "a\"b")])
    try ProcessCollector().register(in: registry)
    return registry
  }
}
