public import Delivery
public import Telemetry

/// The gauges of one process's pool, limiter and breaker.
public enum WorkerGauges {
  /// Registers them.
  ///
  /// - Parameters:
  ///   - registry: where they are shown.
  ///   - status: what the pool is at work on; asked at each scrape.
  /// - Throws: `MetricError` when a name is taken already.
  public static func register(
    in registry: MetricsRegistry, status: @escaping @Sendable () -> WorkerPool.Status
  ) throws(MetricError) {
    try registry.callback(.gauge, "whatsapp_trabalhadores", help: "Slots of this process.") {
      [Sample(value: Double(status().slots))]
    }
    try registry.callback(.gauge, "whatsapp_trabalhadores_ocupados", help: "Slots of this process in use.") {
      [Sample(value: Double(status().busy))]
    }
    try registry.callback(.gauge, "whatsapp_limitador_fichas", help: "Tokens left; absent without a limit.") {
      status().tokens.map { [Sample(value: $0)] } ?? []
    }
    try registry.callback(
      .gauge, "whatsapp_limitador_taxa", help: "Messages a second that are allowed; 0 for no limit."
    ) { [Sample(value: status().rate ?? 0)] }
    try registry.callback(
      .gauge, "whatsapp_disjuntor_estado", help: "1 for the circuit breaker's state in force.", labels: ["estado"]
    ) {
      let phase = status().breaker
      return BreakerState.Phase.allCases.map { Sample(labels: [$0.rawValue], value: $0 == phase ? 1 : 0) }
    }
  }
}
