public import Telemetry
internal import Time

/// The gauges of one process's pool, limiter and breaker.
struct WorkerGauges: Sendable {
  let slots: Slots
  let limiter: RateLimiter
  let breaker: CircuitBreaker

  func register(in registry: MetricsRegistry) throws(MetricError) {
    try registry.callback(.gauge, "whatsapp_trabalhadores", help: "Slots of this process.") {
      [Sample(value: Double(slots.count))]
    }
    try registry.callback(.gauge, "whatsapp_trabalhadores_ocupados", help: "Slots of this process in use.") {
      [Sample(value: Double(min(slots.busy, slots.count)))]
    }
    try registry.callback(.gauge, "whatsapp_limitador_fichas", help: "Tokens left; absent without a limit.") {
      limiter.tokens.map { [Sample(value: $0)] } ?? []
    }
    try registry.callback(
      .gauge, "whatsapp_limitador_taxa", help: "Messages a second that are allowed; 0 for no limit."
    ) { [Sample(value: limiter.rate ?? 0)] }
    try registry.callback(
      .gauge, "whatsapp_disjuntor_estado", help: "1 for the circuit breaker's state in force.", labels: ["estado"]
    ) {
      let phase = breaker.phase
      return BreakerState.Phase.allCases.map { Sample(labels: [$0.rawValue], value: $0 == phase ? 1 : 0) }
    }
  }
}

extension WorkerGauges {
  /// The gauges of a pool that does nothing yet.
  fileprivate init(atRest configuration: WorkerConfiguration) {
    let clock = MonotonicClock()
    self.init(
      slots: Slots(configuration.workers),
      limiter: RateLimiter(rate: configuration.rate, burst: configuration.burst, clock: clock),
      breaker: CircuitBreaker(
        failureLimit: configuration.breakerFailures, cooldown: configuration.breakerCooldown, clock: clock))
  }
}

extension WorkerPool {
  /// Registers the gauges that a pool with this configuration has, showing it at rest, without a pool.
  ///
  /// - Throws: `MetricError` when a name is taken already.
  package static func registerGauges(
    atRest configuration: WorkerConfiguration, in registry: MetricsRegistry
  ) throws(MetricError) {
    try WorkerGauges(atRest: configuration).register(in: registry)
  }

  /// Registers the gauges of this pool.
  ///
  /// - Throws: `MetricError` when a name is taken already.
  public func registerGauges(in registry: MetricsRegistry) throws(MetricError) {
    try gauges.register(in: registry)
  }
}
