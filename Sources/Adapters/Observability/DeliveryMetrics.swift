public import Delivery
internal import Messaging
internal import Synchronization
public import Telemetry
internal import Time

/// Every series that delivery itself feeds, made once.
public struct DeliveryMetrics: Sendable {
  /// Counters by how an attempt ended.
  struct Attempts: Sendable {
    let succeeded: Counter
    let failed: Counter
    let uncertain: Counter
    let successDuration: Histogram
    let failureDuration: Histogram
    let uncertainDuration: Histogram
  }

  /// Counters by where a message was settled to.
  struct Settled: Sendable {
    let sent: Counter
    let rescheduled: Counter
    let dead: Counter
    let returned: Counter
  }

  /// How long the queue's operations take.
  struct Redis: Sendable {
    let reserve: Histogram
    let settle: Histogram
    let extend: Histogram
    let promote: Histogram
    let recover: Histogram
  }

  private static let sendBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
  private static let waitBuckets = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400]
  private static let redisBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1]

  let attempts: Attempts
  let settled: Settled
  let redis: Redis
  let failures: [SendFailure.Kind: Counter]
  let deaths: [DeathReason: Counter]
  let laneWaits: [Lane: Histogram]
  let limiterWait: Histogram
  let discardedDeadLetters: Counter
  let recovered: Counter
  let lostLeases: Counter
  let gauges: QueueGauges

  /// Registers the series.
  ///
  /// - Parameters:
  ///   - registry: where they are shown.
  ///   - deadLetterLimit: the most dead letters that are kept.
  ///   - showsMessageIDs: whether the durations of attempts are given message ids as exemplars, in OpenMetrics.
  /// - Throws: `MetricError` when a name is taken already.
  public init(
    registry: MetricsRegistry, deadLetterLimit: Int = 100_000, showsMessageIDs: Bool = false
  ) throws(MetricError) {
    gauges = QueueGauges(deadLetterLimit: deadLetterLimit)
    let ended = try registry.counter(
      "whatsapp_envios_total", help: "Send attempts that ended.", labels: ["resultado"])
    let durations = try registry.histogram(
      "whatsapp_envio_duracao_seconds", help: "Evolution's answer time.", buckets: Self.sendBuckets,
      labels: ["resultado"], keepsExemplars: showsMessageIDs)
    attempts = Attempts(
      succeeded: try ended.with("sucesso"), failed: try ended.with("falha"), uncertain: try ended.with("incerto"),
      successDuration: try durations.with("sucesso"), failureDuration: try durations.with("falha"),
      uncertainDuration: try durations.with("incerto"))

    let messages = try registry.counter(
      "whatsapp_mensagens_total", help: "Messages settled, one count for each settlement.", labels: ["destino"])
    settled = Settled(
      sent: try messages.with("enviada"), rescheduled: try messages.with("reagendada"),
      dead: try messages.with("morta"), returned: try messages.with("devolvida"))

    let operations = try registry.histogram(
      "whatsapp_redis_duracao_seconds", help: "Time of the queue's operations in Redis that succeeded.",
      buckets: Self.redisBuckets,
      labels: ["operacao"])
    redis = Redis(
      reserve: try operations.with("reserve"), settle: try operations.with("settle"),
      extend: try operations.with("extend"), promote: try operations.with("promote"),
      recover: try operations.with("recover"))

    let failed = try registry.counter(
      "whatsapp_falhas_total", help: "Send attempts that failed, by reason.", labels: ["motivo"])
    failures = try Self.handles(SendFailure.Kind.allCases) { kind throws(MetricError) in
      try failed.with(kind.rawValue)
    }
    let died = try registry.counter("whatsapp_mortas_total", help: "Dead letters made, by reason.", labels: ["motivo"])
    deaths = try Self.handles(DeathReason.allCases) { reason throws(MetricError) in try died.with(reason.name) }
    let waits = try registry.histogram(
      "whatsapp_fila_espera_seconds",
      help: "Time from criado_em, or the due time, to the request; only for messages that have one.",
      buckets: Self.waitBuckets, labels: ["fila"])
    laneWaits = try Self.handles(Lane.allCases) { lane throws(MetricError) in try waits.with(lane.name) }

    limiterWait = try registry.histogram(
      "whatsapp_limitador_espera_seconds", help: "Wait for a token of the rate limiter.", buckets: Self.waitBuckets)
    discardedDeadLetters = try registry.counter(
      "whatsapp_mortas_descartadas_total", help: "Dead letters that fell off since they were too old.")
    recovered = try registry.counter(
      "whatsapp_recuperadas_total", help: "Leases of vanished workers that this process recovered.")
    lostLeases = try registry.counter(
      "whatsapp_arrendamentos_perdidos_total",
      help: "Settlements refused because the lease was no longer held: perhaps sent twice.")
    try gauges.register(in: registry)
  }

  /// Whether the queue could last be worked on.
  public var isQueueUp: Bool { gauges.isQueueUp }

  /// Whether no message is taken since there is no room for one more dead letter.
  public var isDeadLetterStoreFull: Bool { gauges.isDeadLetterStoreFull }

  private static func handles<Key: Hashable, Handle>(
    _ keys: [Key], _ make: (Key) throws(MetricError) -> Handle
  ) throws(MetricError) -> [Key: Handle] {
    var handles: [Key: Handle] = [:]
    for key in keys { handles[key] = try make(key) }
    return handles
  }
}

extension DeliveryMetrics: DeliveryObserver {
  /// Counts an event.
  public func observe(_ event: DeliveryEvent) {
    switch event {
    case .tokenGranted(let waited): limiterWait.observe(waited)
    case .attemptBegan(let attempt, let waited):
      if let waited { laneWaits[attempt.lease.lane]?.observe(waited) }
    case .attemptEnded(let attempt, let result, let duration, let time):
      count(result, of: attempt.outgoing.id, took: duration, at: time)
    case .settled(_, let settlement, let outcome): count(settlement, outcome)
    case .oversizedBuried(let count):
      settled.dead.increment(by: count)
      deaths[.invalidPayload]?.increment(by: count)
    case .recovered(let recovery): count(recovery)
    case .settlingFailed, .leftUnsettled, .payloadRefused, .lookupFailed, .leaseTooShort, .breakerChanged,
      .intakePaused,
      .intakeResumed, .fetchFailed, .extensionFailed, .drainingBegan, .graceEnded, .upkeepFailed:
      break
    }
  }

  private func count(
    _ result: Result<SendReceipt, SendFailure>, of messageID: String, took duration: Duration, at now: Timestamp
  ) {
    switch result {
    case .success:
      attempts.succeeded.increment()
      attempts.successDuration.observe(duration, exemplar: MessageExemplar.make(messageID, at: now))
      gauges.noteSend(at: now)
    case .failure(let failure):
      failures[failure.kind]?.increment()
      let isUncertain = failure.kind == .uncertain
      (isUncertain ? attempts.uncertain : attempts.failed).increment()
      (isUncertain ? attempts.uncertainDuration : attempts.failureDuration)
        .observe(duration, exemplar: MessageExemplar.make(messageID, at: now))
    }
  }

  private func count(_ settlement: Settlement, _ outcome: SettlementOutcome) {
    guard outcome.wasHeld else { return lostLeases.increment() }
    switch settlement {
    case .acknowledge: settled.sent.increment()
    case .retry: settled.rescheduled.increment()
    case .release: settled.returned.increment()
    case .bury(let cause):
      settled.dead.increment()
      deaths[cause.reason]?.increment()
    }
  }

  private func count(_ recovery: Recovery) {
    recovered.increment(by: recovery.recovered)
    settled.dead.increment(by: recovery.poisoned + recovery.orphaned)
    deaths[.poison]?.increment(by: recovery.poisoned)
    deaths[.uncertain]?.increment(by: recovery.orphaned)
    discardedDeadLetters.increment(by: recovery.discardedDeadLetters)
  }
}
