internal import Synchronization
internal import Telemetry

/// What was last seen of the queue and of sending, for the gauges that a scrape reads.
///
/// While the queue is away there is no snapshot: its gauges are absent then, not stale and not 0.
final class DeliveryObservations: Sendable {
  private struct State {
    var snapshot: QueueSnapshot?
    var isQueueUp = false
    var lastSend: Timestamp?
  }

  private let state = Mutex(State())

  var isQueueUp: Bool { state.withLock(\.isQueueUp) }

  func noteQueue(isUp: Bool) {
    state.withLock { state in
      state.isQueueUp = isUp
      if !isUp { state.snapshot = nil }
    }
  }

  func note(_ snapshot: QueueSnapshot?) { state.withLock { $0.snapshot = snapshot } }

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
    try registry.callback(
      .gauge, "whatsapp_ultimo_envio_timestamp_seconds",
      help: "Last success of this process, in Unix time; absent before the first."
    ) { self.state.withLock { $0.lastSend.map { [Sample(value: $0.seconds)] } ?? [] } }
    try registry.callback(.gauge, "redis_up", help: "1 when the last round-trip to Redis succeeded.") {
      [Sample(value: self.isQueueUp ? 1 : 0)]
    }
  }

  private func lanes(_ value: (QueueSnapshot.LaneState) -> Double?) -> [Sample] {
    let lanes = state.withLock { $0.snapshot?.lanes } ?? [:]
    return lanes.compactMap { lane, state in value(state).map { Sample(labels: [lane.name], value: $0) } }
  }

  private func queue(_ count: (QueueSnapshot) -> Int) -> [Sample] {
    state.withLock { $0.snapshot.map { [Sample(value: Double(count($0)))] } ?? [] }
  }
}
