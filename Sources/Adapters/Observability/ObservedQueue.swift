public import Delivery
public import Messaging
internal import Telemetry
public import Time

/// A queue that tells the metrics how long its operations take, and whether it can be reached.
public final class ObservedQueue: MessageQueue, Sendable {
  private let queue: any MessageQueue
  private let metrics: DeliveryMetrics
  private let clock: MonotonicClock

  /// A queue's observer.
  public init(_ queue: any MessageQueue, metrics: DeliveryMetrics, clock: MonotonicClock) {
    self.queue = queue
    self.metrics = metrics
    self.clock = clock
  }

  /// Takes messages, as the queue does.
  public func reserve(_ request: ReservationRequest) async throws(QueueError) -> Reservation {
    try await observe(metrics.redis.reserve, isWrite: { !$0.leases.isEmpty }) { () async throws(QueueError) in
      try await queue.reserve(request)
    }
  }

  /// Sorts the lanes, as the queue does.
  public func sort() async throws(QueueError) -> Bool {
    try await observe(nil, isWrite: { _ in false }) { () async throws(QueueError) in try await queue.sort() }
  }

  /// Notes that a message is about to be sent, as the queue does.
  public func noteBegun(_ lease: Lease) async throws(QueueError) -> Bool {
    try await observe(nil, isWrite: { $0 }) { () async throws(QueueError) in try await queue.noteBegun(lease) }
  }

  /// Lets a message go out on its instance or puts it back, as the queue does.
  public func begin(
    _ lease: Lease, on instance: InstanceName, within limits: InstanceStart
  ) async throws(QueueError) -> StartDecision {
    try await observe(nil, isWrite: { $0 != .lost }) { () async throws(QueueError) in
      try await queue.begin(lease, on: instance, within: limits)
    }
  }

  /// Counts instances, as the queue does, and keeps it for the gauges.
  public func census() async throws(QueueError) -> InstanceCensus {
    do {
      let census = try await observe(nil, isWrite: { _ in false }) { () async throws(QueueError) in
        try await queue.census()
      }
      metrics.gauges.note(census)
      return census
    } catch {
      metrics.gauges.note(nil as InstanceCensus?)
      throw error
    }
  }

  /// Buries what waited too long, as the queue does.
  public func buryOverdue(after limit: Duration) async throws(QueueError) -> Int {
    try await observe(nil, isWrite: { $0 > 0 }) { () async throws(QueueError) in
      try await queue.buryOverdue(after: limit)
    }
  }

  /// Waits for messages, as the queue does. That somebody may wait says nothing of the rest.
  public func awaitMessages(atMost timeout: Duration) async throws(QueueError) {
    do {
      try await queue.awaitMessages(atMost: timeout)
    } catch {
      if error.isOutage { metrics.gauges.noteDown(error) }
      throw error
    }
  }

  /// Ends a lease, as the queue does.
  public func settle(_ lease: Lease, as settlement: Settlement) async throws(QueueError) -> SettlementOutcome {
    try await observe(metrics.redis.settle, isWrite: \.wasHeld) { () async throws(QueueError) in
      try await queue.settle(lease, as: settlement)
    }
  }

  /// Lets settlements wait, as the queue does.
  public func holdSettlements(_ areHeld: Bool) { queue.holdSettlements(areHeld) }

  /// Extends leases, as the queue does.
  public func extend(_ tokens: [Lease.Token]) async throws(QueueError) -> Set<Lease.Token> {
    try await observe(metrics.redis.extend, isWrite: { $0.count < tokens.count }) { () async throws(QueueError) in
      try await queue.extend(tokens)
    }
  }

  /// Promotes what is due, as the queue does.
  public func promote() async throws(QueueError) -> Promotion {
    try await observe(metrics.redis.promote, isWrite: { $0.promoted > 0 }) { () async throws(QueueError) in
      try await queue.promote()
    }
  }

  /// Recovers expired leases, as the queue does.
  public func recover() async throws(QueueError) -> Recovery {
    try await observe(metrics.redis.recover, isWrite: { $0.recovered > 0 }) { () async throws(QueueError) in
      try await queue.recover()
    }
  }

  /// Counts what the queue holds, and keeps it for the gauges, which are absent when it could not be had.
  public func snapshot() async throws(QueueError) -> QueueSnapshot {
    do {
      let snapshot = try await observe(nil, isWrite: { $0.writeFault == nil }) { () async throws(QueueError) in
        try await queue.snapshot()
      }
      if let fault = snapshot.writeFault { metrics.gauges.noteDown(fault) }
      metrics.gauges.note(snapshot)
      return snapshot
    } catch {
      metrics.gauges.note(nil as QueueSnapshot?)
      throw error
    }
  }

  /// Times an operation, and notes whether the queue can be worked on: a change that succeeded says yes, a failure says no,
  /// and a look at it says nothing, for a server may well be read that refuses every change.
  private func observe<Value>(
    _ duration: Histogram?, isWrite: (Value) -> Bool, _ operation: () async throws(QueueError) -> Value
  ) async throws(QueueError) -> Value {
    let start = clock.now
    do {
      let value = try await operation()
      duration?.observe(clock.now - start)
      if isWrite(value) { metrics.gauges.noteUp() }
      return value
    } catch {
      if case .full = error { throw error }
      metrics.gauges.noteDown(error)
      throw error
    }
  }
}
