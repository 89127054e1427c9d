internal import Telemetry

/// A queue that tells the metrics how long its operations take, and whether it can be reached.
public final class ObservedQueue: MessageQueue, Sendable {
  private let queue: any MessageQueue
  private let metrics: DeliveryMetrics
  private let timeline: Timeline

  /// A queue's observer.
  public init(_ queue: any MessageQueue, metrics: DeliveryMetrics, timeline: Timeline) {
    self.queue = queue
    self.metrics = metrics
    self.timeline = timeline
  }

  /// Takes messages, as the queue does.
  public func reserve(upTo limit: Int) async throws(QueueError) -> [Lease] {
    try await observe(metrics.redis.reserve) { () async throws(QueueError) in try await queue.reserve(upTo: limit) }
  }

  /// Waits for messages, as the queue does.
  public func awaitMessages(atMost timeout: Duration) async throws(QueueError) {
    do {
      try await queue.awaitMessages(atMost: timeout)
      metrics.observations.noteQueue(isUp: true)
    } catch {
      // A server that will not have anybody wait on it may well do all the rest.
      if case .refused = error { throw error }
      metrics.observations.noteQueue(isUp: false)
      throw error
    }
  }

  /// Ends a lease, as the queue does.
  public func settle(_ lease: Lease, as settlement: Settlement) async throws(QueueError) -> SettlementOutcome {
    try await observe(metrics.redis.settle) { () async throws(QueueError) in
      try await queue.settle(lease, as: settlement)
    }
  }

  /// Lets settlements wait, as the queue does.
  public func holdSettlements(_ areHeld: Bool) { queue.holdSettlements(areHeld) }

  /// Extends leases, as the queue does.
  public func extend(_ tokens: [Lease.Token]) async throws(QueueError) -> Set<Lease.Token> {
    try await observe(metrics.redis.extend) { () async throws(QueueError) in try await queue.extend(tokens) }
  }

  /// Promotes what is due, as the queue does.
  public func promote() async throws(QueueError) -> Promotion {
    try await observe(metrics.redis.promote) { () async throws(QueueError) in try await queue.promote() }
  }

  /// Recovers expired leases, as the queue does.
  public func recover() async throws(QueueError) -> Recovery {
    try await observe(metrics.redis.recover) { () async throws(QueueError) in try await queue.recover() }
  }

  /// Counts what the queue holds, and keeps it for the gauges, which are absent when it could not be had.
  public func snapshot() async throws(QueueError) -> QueueSnapshot {
    do {
      let snapshot = try await observe(nil) { () async throws(QueueError) in try await queue.snapshot() }
      metrics.observations.note(snapshot)
      return snapshot
    } catch {
      metrics.observations.note(nil)
      throw error
    }
  }

  private func observe<Value>(
    _ duration: Histogram?, _ operation: () async throws(QueueError) -> Value
  ) async throws(QueueError) -> Value {
    let start = timeline.now
    do {
      let value = try await operation()
      duration?.observe(timeline.now - start)
      metrics.observations.noteQueue(isUp: true)
      return value
    } catch {
      metrics.observations.noteQueue(isUp: false)
      throw error
    }
  }
}
