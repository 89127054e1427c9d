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
    let duplicate: Counter
    let parked: Counter
  }

  /// Counters by what looking an uncertain send up gave.
  struct Reconciled: Sendable {
    let sent: Counter
    let absent: Counter
    let unknown: Counter
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
  let instanceWaits: [WaitReason: Histogram]
  let stops: [SendFailure.Kind: Counter]
  let reconciled: Reconciled
  let discardedDeadLetters: Counter
  let recovered: Counter
  let lostLeases: Counter
  let gauges: QueueGauges

  /// Registers the series.
  ///
  /// - Parameters:
  ///   - registry: where they are shown.
  ///   - deadLetterLimit: the most dead letters that are kept.
  ///   - parkMax: how long a message waits for a stopped instance at most.
  ///   - showsMessageIDs: whether the durations of attempts are given message ids as exemplars, in OpenMetrics.
  /// - Throws: `MetricError` when a name is taken already.
  public init(
    registry: MetricsRegistry, deadLetterLimit: Int = 100_000, parkMax: Duration = .seconds(86_400),
    showsMessageIDs: Bool = false
  ) throws(MetricError) {
    gauges = QueueGauges(deadLetterLimit: deadLetterLimit, parkMax: parkMax)
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
      dead: try messages.with("morta"), returned: try messages.with("devolvida"),
      duplicate: try messages.with("duplicada"), parked: try messages.with("estacionada"))

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
    let instanceWait = try registry.histogram(
      "whatsapp_instancia_espera_seconds", help: "How long messages waited for their instance, by why.",
      buckets: Self.waitBuckets, labels: ["motivo"])
    instanceWaits = try Self.handles(WaitReason.allCases) { reason throws(MetricError) in
      try instanceWait.with(reason.rawValue)
    }
    let stopped = try registry.counter(
      "whatsapp_instancia_paradas_total", help: "How often an instance was stopped, by the class of failure.",
      labels: ["motivo"])
    stops = try Self.handles(SendFailure.Kind.allCases) { kind throws(MetricError) in try stopped.with(kind.rawValue) }
    let lookups = try registry.counter(
      "whatsapp_reconciliadas_total", help: "Uncertain sends that were looked up, by what was found.",
      labels: ["resultado"])
    reconciled = Reconciled(
      sent: try lookups.with("enviada"), absent: try lookups.with("ausente"),
      unknown: try lookups.with("desconhecida"))
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
    case .settled(let lease, let settlement, let outcome):
      count(settlement, outcome)
      if let origin = lease.origin, let reason = origin.reason, case .acknowledge = settlement,
        let waited = origin.waited
      {
        instanceWaits[reason]?.observe(waited)
      }
    case .putBack: settled.parked.increment()
    case .reconciled(_, let outcome): count(outcome)
    case .overdueBuried(let count):
      settled.dead.increment(by: count)
      deaths[.instanceStopped]?.increment(by: count)
    case .oversizedBuried(let count):
      settled.dead.increment(by: count)
      deaths[.invalidPayload]?.increment(by: count)
    case .recovered(let recovery): count(recovery)
    case .startFailed, .limitsFaulty, .settlingFailed, .leftUnsettled, .payloadRefused, .lookupFailed, .leaseTooShort,
      .breakerChanged,
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
    case .discard: settled.duplicate.increment()
    case .release: settled.returned.increment()
    case .file: settled.parked.increment()
    case .park(let stop):
      settled.parked.increment()
      if outcome.changedHealth { stops[stop.reason]?.increment() }
    case .bury(let cause):
      settled.dead.increment()
      deaths[cause.reason]?.increment()
    }
  }

  private func count(_ reconciliation: Reconciliation) {
    switch reconciliation {
    case .sent: reconciled.sent.increment()
    case .absent: reconciled.absent.increment()
    case .unknown: reconciled.unknown.increment()
    case .lookAgain: break
    }
  }

  private func count(_ recovery: Recovery) {
    recovered.increment(by: recovery.recovered)
    settled.dead.increment(by: recovery.poisoned + recovery.uncertain + recovery.orphaned)
    deaths[.poison]?.increment(by: recovery.poisoned)
    deaths[.uncertain]?.increment(by: recovery.uncertain + recovery.orphaned)
    discardedDeadLetters.increment(by: recovery.discardedDeadLetters)
  }
}
