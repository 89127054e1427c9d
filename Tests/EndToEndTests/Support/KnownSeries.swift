/// The series that dashboards, alerts and the autoscaler hang on, with the label values that are known from the start.
enum KnownSeries {
  /// All of them, as a busy worker shows them.
  static let all: [String] =
    quiet + gauges + family("whatsapp_envios_total", "resultado", results)
    + family("whatsapp_mensagens_total", "destino", ["enviada", "reagendada", "morta", "devolvida"])
    + histogram("whatsapp_envio_duracao_seconds", "resultado", results)
    + histogram("whatsapp_fila_espera_seconds", "fila", lanes)
    + histogram("whatsapp_redis_duracao_seconds", "operacao", ["reserve", "settle", "extend", "promote", "recover"])
    + ["_bucket{le=\"+Inf\"}", "_count", "_sum"].map { "whatsapp_limitador_espera_seconds" + $0 }
    + ["http_requests_total", "http_request_duration_seconds_count"].flatMap { name in
      ["/metrics", "/livez", "/readyz"].map { "\(name){codigo=\"200\",rota=\"\($0)\"}" }
    }

  /// Those that stay at 0 while nothing goes wrong.
  static let quiet: [String] =
    family("whatsapp_falhas_total", "motivo", failures) + family("whatsapp_mortas_total", "motivo", deaths)
    + ["whatsapp_mortas_descartadas_total", "whatsapp_recuperadas_total", "whatsapp_arrendamentos_perdidos_total"]

  private static let gauges: [String] =
    family("whatsapp_fila_tamanho", "fila", lanes)
    + family("whatsapp_fila_mais_antiga_timestamp_seconds", "fila", lanes)
    + family("whatsapp_disjuntor_estado", "estado", ["fechado", "aberto", "meio_aberto"])
    + family("http_requests_in_flight", "rota", ["/metrics", "/livez", "/readyz"])
    + [
      "whatsapp_em_voo", "whatsapp_agendadas", "whatsapp_dlq_tamanho", "whatsapp_trabalhadores",
      "whatsapp_trabalhadores_ocupados", "whatsapp_limitador_fichas", "whatsapp_limitador_taxa",
      "whatsapp_ultimo_envio_timestamp_seconds", "redis_up", "process_cpu_seconds_total",
      "process_resident_memory_bytes", "process_virtual_memory_bytes", "process_start_time_seconds",
      "process_open_fds", "process_max_fds", "process_threads",
    ]

  private static let lanes = ["urgente", "whatsapp", "baixa"]
  private static let results = ["sucesso", "falha", "incerto"]
  private static let permanent = ["numero_inexistente", "requisicao_invalida"]
  private static let failures =
    permanent + [
      "credencial", "instancia_desconhecida", "bloqueio", "instancia_indisponivel", "tempo_esgotado", "limite",
      "servidor", "conexao", "licenca", "incerto",
    ]
  private static let deaths =
    permanent + ["tentativas_esgotadas", "payload_invalido", "incerto", "veneno", "adiamentos_esgotados"]

  private static func family(_ name: String, _ label: String, _ values: [String]) -> [String] {
    values.map { "\(name){\(label)=\"\($0)\"}" }
  }

  private static func histogram(_ name: String, _ label: String, _ values: [String]) -> [String] {
    family(name + "_count", label, values) + family(name + "_sum", label, values)
      + values.map { "\(name)_bucket{\(label)=\"\($0)\",le=\"+Inf\"}" }
  }
}
