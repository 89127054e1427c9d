import Delivery
import Telemetry
import TestSupport
import Testing
import Time

@testable import Observability

@Suite struct DeliveryMetricsTests {
  @Test func `shows every known series from the start with 0`() throws {
    let registry = MetricsRegistry()
    _ = try DeliveryMetrics(registry: registry)
    let labels = [
      "whatsapp_envios_total": ("resultado", ["sucesso", "falha", "incerto"]),
      "whatsapp_envio_duracao_seconds_count": ("resultado", ["sucesso", "falha", "incerto"]),
      "whatsapp_falhas_total": (
        "motivo",
        [
          "numero_inexistente", "requisicao_invalida", "credencial", "instancia_desconhecida", "instancia_indisponivel",
          "tempo_esgotado", "limite", "servidor", "conexao", "licenca", "bloqueio", "incerto",
        ]
      ),
      "whatsapp_mensagens_total": ("destino", ["enviada", "reagendada", "morta", "devolvida"]),
      "whatsapp_mortas_total": (
        "motivo",
        [
          "numero_inexistente", "requisicao_invalida", "tentativas_esgotadas", "payload_invalido", "incerto", "veneno",
          "adiamentos_esgotados",
        ]
      ),
      "whatsapp_fila_espera_seconds_count": ("fila", ["urgente", "whatsapp", "baixa"]),
      "whatsapp_redis_duracao_seconds_count": ("operacao", ["reserve", "settle", "extend", "promote", "recover"]),
    ]
    for (family, (label, values)) in labels {
      for value in values { #expect(registry.value("\(family){\(label)=\"\(value)\"}") == 0) }
    }
    for series in [
      "whatsapp_mortas_descartadas_total", "whatsapp_recuperadas_total", "whatsapp_arrendamentos_perdidos_total",
      "whatsapp_limitador_espera_seconds_count", "redis_up",
    ] {
      #expect(registry.value(series) == 0)
    }
    #expect(registry.value("whatsapp_ultimo_envio_timestamp_seconds") == nil)
  }

  @Test(arguments: [
    ("whatsapp_envio_duracao_seconds", ["0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30"]),
    ("whatsapp_limitador_espera_seconds", ["0.01", "0.1", "0.5", "1", "5", "15", "60", "300", "900", "3600", "14400"]),
    (
      "whatsapp_redis_duracao_seconds",
      ["0.0001", "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.05", "0.25", "1"]
    ),
  ])
  func `has the buckets that dashboards count on`(family: String, bounds: [String]) throws {
    let registry = MetricsRegistry()
    _ = try DeliveryMetrics(registry: registry)
    let text = String(decoding: registry.render(.text), as: UTF8.self)
    let shown = text.split(separator: "\n").filter { $0.hasPrefix("\(family)_bucket") }
      .compactMap { $0.components(of: "le=\"").last?.prefix { $0 != "\"" } }.compactMap { Double($0) }
    #expect(Set(shown.filter(\.isFinite)) == Set(bounds.compactMap(Double.init)))
  }

  @Test func `refuses to be registered twice`() throws {
    let registry = MetricsRegistry()
    _ = try DeliveryMetrics(registry: registry)
    #expect(throws: MetricError.self) { try DeliveryMetrics(registry: registry) }
  }

  @Test func `counts what fell off the bound, and remembers the latest send`() throws {
    let registry = MetricsRegistry()
    let metrics = try DeliveryMetrics(registry: registry)
    let cause = DeadLetterCause(reason: .uncertain, error: "x")
    let attempt = try Events.attempt()
    metrics.observe(.settled(attempt.lease, .bury(cause), SettlementOutcome(wasHeld: true)))
    metrics.observe(.settled(attempt.lease, .bury(cause), SettlementOutcome(wasHeld: false)))
    metrics.observe(.recovered(Recovery(recovered: 5, poisoned: 2, discardedDeadLetters: 1)))
    metrics.observe(.oversizedBuried(count: 4))
    #expect(registry.value("whatsapp_mortas_descartadas_total") == 1)
    #expect(registry.value("whatsapp_recuperadas_total") == 5)
    #expect(registry.values(of: "whatsapp_mensagens_total") == ["morta": 7])
    #expect(
      registry.values(of: "whatsapp_mortas_total") == ["incerto": 1, "veneno": 2, "payload_invalido": 4])
    #expect(registry.value("whatsapp_arrendamentos_perdidos_total") == 1)
    for seconds in [5, 9, 7] {
      metrics.observe(
        .attemptEnded(
          attempt, .success(SendReceipt(providerID: nil)), after: .zero, at: Timestamp(milliseconds: seconds * 1000)))
    }
    #expect(registry.value("whatsapp_ultimo_envio_timestamp_seconds") == 9)
  }
}

extension Substring {
  fileprivate func components(of separator: String) -> [Substring] {
    guard let range = firstRange(of: separator) else { return [self] }
    return [self[..<range.lowerBound], self[range.upperBound...]]
  }
}
