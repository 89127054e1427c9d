internal import Delivery
internal import Messaging
internal import Synchronization
internal import Telemetry
internal import Time

/// What was last seen of the queue and of sending, for the gauges that a scrape reads.
///
/// While the queue is away there is no snapshot: its gauges are absent then, not stale and not 0.
final class QueueGauges: Sendable {
  /// The most dead letters that are kept.
  private let deadLetterLimit: Int

  /// How long a message waits for a stopped instance at most.
  private let parkMax: Duration

  init(deadLetterLimit: Int, parkMax: Duration) {
    self.deadLetterLimit = deadLetterLimit
    self.parkMax = parkMax
  }

  private struct State {
    var snapshot: QueueSnapshot?
    var census: InstanceCensus?
    var isQueueUp = false
    var lastSend: Timestamp?
  }

  private let state = Mutex(State())

  var isQueueUp: Bool { state.withLock(\.isQueueUp) }

  /// Whether there is no room for one more dead letter; not while nobody knows.
  var isDeadLetterStoreFull: Bool { state.withLock { $0.snapshot.map { $0.dead >= deadLetterLimit } ?? false } }

  /// Notes that the queue carries out changes.
  func noteUp() { state.withLock { $0.isQueueUp = true } }

  /// Notes that it does not. One that only refuses them may still be read.
  func noteDown(_ error: QueueError) {
    state.withLock { state in
      state.isQueueUp = false
      if case .denied = error { return }
      (state.snapshot, state.census) = (nil, nil)
    }
  }

  func note(_ snapshot: QueueSnapshot?) { state.withLock { $0.snapshot = snapshot } }

  func note(_ census: InstanceCensus?) { state.withLock { $0.census = census } }

  func noteSend(at time: Timestamp) { state.withLock { $0.lastSend = max($0.lastSend ?? time, time) } }

  func register(in registry: MetricsRegistry) throws(MetricError) {
    try registry.callback(
      .gauge, "whatsapp_fila_tamanho", help: "Messages waiting in the lane.", labels: ["fila"]
    ) { self.lanes { Double($0.length) } }
    try registry.callback(
      .gauge, "whatsapp_fila_mais_antiga_timestamp_seconds",
      help: "When the message at the lane's front was enqueued, in Unix time; absent when the lane is empty.",
      labels: ["fila"]
    ) { self.lanes { $0.oldest?.seconds } }
    try registry.callback(.gauge, "whatsapp_em_voo", help: "Leases held, the whole fleet's.") {
      self.queue(\.inFlight)
    }
    try registry.callback(.gauge, "whatsapp_agendadas", help: "Scheduled retries.") { self.queue(\.scheduled) }
    try registry.callback(.gauge, "whatsapp_dlq_tamanho", help: "Dead letters kept.") { self.queue(\.dead) }
    try registry.callback(.gauge, "whatsapp_dlq_limite", help: "Dead letters that are kept at most.") {
      [Sample(value: Double(self.deadLetterLimit))]
    }
    try registry.callback(
      .gauge, "whatsapp_entrada_pausada",
      help: "1 while no message is taken since the dead letters are full; absent while Redis can't be asked."
    ) { self.queue { $0.dead >= self.deadLetterLimit ? 1 : 0 } }
    try registry.callback(
      .gauge, "whatsapp_ultimo_envio_timestamp_seconds",
      help: "Last success of this process, in Unix time; absent before the first."
    ) { self.state.withLock { $0.lastSend.map { [Sample(value: $0.seconds)] } ?? [] } }
    try registerInstances(in: registry)
    try registry.callback(.gauge, "redis_up", help: "1 when Redis last carried out a change, or would have.") {
      [Sample(value: self.isQueueUp ? 1 : 0)]
    }
  }

  private func registerInstances(in registry: MetricsRegistry) throws(MetricError) {
    let reasons: [WaitReason] = [.pace, .dailyCap, .quietHours, .stopped, .paused]
    try registry.callback(
      .gauge, "whatsapp_instancias", help: "Instances with something waiting, by state, as of a moment ago.",
      labels: ["estado"]
    ) {
      self.census { census in
        [Sample(labels: ["ativa"], value: Double(census.active))]
          + reasons.map { Sample(labels: [$0.rawValue], value: Double(census.instances[$0] ?? 0)) }
      }
    }
    try registry.callback(
      .gauge, "whatsapp_estacionadas",
      help: "Messages that wait for their instance, by why; part of their lane's length.",
      labels: ["motivo"]
    ) {
      self.census { census in
        WaitReason.allCases.map { Sample(labels: [$0.rawValue], value: Double(census.messages[$0] ?? 0)) }
      }
    }
    try registry.callback(
      .gauge, "whatsapp_estacionada_mais_antiga_timestamp_seconds",
      help:
        "Since when the message waits that has waited longest for a stopped instance, in Unix time; absent when none does."
    ) { self.census { census in census.oldestStopped.map { [Sample(value: $0.seconds)] } ?? [] } }
    try registry.callback(
      .gauge, "whatsapp_estacionada_maximo_seconds", help: "How long a message waits for a stopped instance at most."
    ) { [Sample(value: self.parkMax.inSeconds)] }
  }

  private func census(_ samples: (InstanceCensus) -> [Sample]) -> [Sample] {
    state.withLock(\.census).map(samples) ?? []
  }

  private func lanes(_ value: (QueueSnapshot.LaneState) -> Double?) -> [Sample] {
    let lanes = state.withLock { $0.snapshot?.lanes } ?? [:]
    return lanes.compactMap { lane, state in value(state).map { Sample(labels: [lane.name], value: $0) } }
  }

  private func queue(_ count: (QueueSnapshot) -> Int) -> [Sample] {
    state.withLock { $0.snapshot.map { [Sample(value: Double(count($0)))] } ?? [] }
  }
}
