package import Delivery
package import Messaging
internal import Synchronization
package import Time

/// The queue's semantics in plain memory, on a clock that tests can turn: it passes the same conformance suite as
/// Redis.
package final class InMemoryMessageQueue<C: Clock>: MessageQueue, InstanceDirectory where C.Duration == Duration {
  private let clock: C
  private let start: C.Instant
  private let state: Mutex<InMemoryQueueState>
  private let waiters = Mutex(Waiters())

  private struct Waiters {
    var next = 0
    var continuations: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  /// An empty queue.
  ///
  /// - Parameters:
  ///   - clock: what times leases, delays and waits.
  ///   - lease: how long a lease lasts unless it is extended.
  ///   - deadLetterLimit: the most dead letters that are kept.
  ///   - epoch: the time of day at the clock's present.
  ///   - instances: tenant → instance.
  package init(
    clock: C = ContinuousClock(), lease: Duration = .seconds(60), deadLetterLimit: Int = 100_000,
    epoch: Timestamp = Timestamp(milliseconds: 1_750_000_000_000), instances: [String: String] = [:]
  ) {
    self.clock = clock
    start = clock.now
    state = Mutex(
      InMemoryQueueState(lease: lease, deadLetterLimit: deadLetterLimit, epoch: epoch, instances: instances))
  }

  private var now: Timestamp { state.withLock { $0.epoch }.advanced(by: start.duration(to: clock.now)) }

  /// The dead letters, oldest first.
  package var deadLetters: [DeadLetter] { state.withLock { $0.dead } }

  /// The payloads in the schedule, in due order.
  package var scheduledPayloads: [[UInt8]] { state.withLock { $0.schedule.map(\.message.payload) } }

  /// The payloads in a lane, the next to be taken first.
  package func payloads(in lane: Lane) -> [[UInt8]] { state.withLock { $0.lanes[lane, default: []].map(\.payload) } }

  /// Adds a message as a producer does.
  package func push(_ payload: [UInt8], to lane: Lane = .standard) {
    let now = now
    state.withLock { $0.push(payload, to: lane, now: now) }
    wakeAll()
  }

  /// Ends the time of all leases.
  package func expireLeases() { state.withLock { $0.expireLeases() } }

  /// Lets all scheduled messages fall due.
  package func makeScheduledDue() { state.withLock { $0.makeScheduledDue() } }

  /// Says of itself that it takes no change, or that it does again.
  package func refuseChanges(with error: QueueError?) { state.withLock { $0.writeFault = error } }

  /// Takes every instance for one with limits.
  package func limitAll() { state.withLock { $0.limitsAll = true } }

  /// Keeps so many dead letters from now on.
  package func limitDeadLetters(to limit: Int) { state.withLock { $0.deadLetterLimit = limit } }

  package func reserve(_ request: ReservationRequest) async throws(QueueError) -> Reservation {
    let now = now
    return try state.withLock { state throws(QueueError) in try state.reserve(request, now: now) }
  }

  package func sort() async throws(QueueError) -> Bool {
    let now = now
    return state.withLock { $0.sort(now: now) }
  }

  package func noteBegun(_ lease: Lease) async throws(QueueError) -> Bool {
    let now = now
    return state.withLock { $0.noteBegun(lease.token, now: now) }
  }

  package func begin(
    _ lease: Lease, on instance: InstanceName, within limits: InstanceStart
  ) async throws(QueueError) -> StartDecision {
    let now = now
    return state.withLock { $0.begin(lease.token, on: instance.value, within: limits, now: now) }
  }

  package func census() async throws(QueueError) -> InstanceCensus { state.withLock(\.census) }

  package func buryOverdue(after limit: Duration) async throws(QueueError) -> Int {
    let now = now
    return state.withLock { $0.buryOverdue(after: limit, now: now) }
  }

  package func awaitMessages(atMost timeout: Duration) async throws(QueueError) {
    let id = waiters.withLock { waiters in
      defer { waiters.next += 1 }
      return waiters.next
    }
    let timer = Task {
      try? await clock.sleep(for: timeout)
      wake(id)
    }
    defer { timer.cancel() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiters.withLock { $0.continuations[id] = continuation }
        if Task.isCancelled || state.withLock({ $0.hasMessages }) { wake(id) }
      }
    } onCancel: {
      wake(id)
    }
  }

  package func settle(_ lease: Lease, as settlement: Settlement) async throws(QueueError) -> SettlementOutcome {
    let now = now
    let outcome = state.withLock { $0.settle(lease, as: settlement, now: now) }
    switch settlement {
    case .release, .park, .file: wakeAll()
    case .acknowledge, .discard, .retry, .bury: if outcome.goesOnAfter == .zero { wakeAll() }
    }
    return outcome
  }

  package func extend(_ tokens: [Lease.Token]) async throws(QueueError) -> Set<Lease.Token> {
    let now = now
    return state.withLock { $0.extend(tokens, now: now) }
  }

  package func promote() async throws(QueueError) -> Promotion {
    let now = now
    let promotion = state.withLock { $0.promote(now: now) }
    if promotion.promoted > 0 { wakeAll() }
    return promotion
  }

  package func recover() async throws(QueueError) -> Recovery {
    let now = now
    let recovery = state.withLock { $0.recover(now: now) }
    if recovery.recovered > 0 { wakeAll() }
    return recovery
  }

  package func snapshot() async throws(QueueError) -> QueueSnapshot {
    return state.withLock { $0.snapshot }
  }

  package func instance(ofTenant tenant: String) async throws(QueueError) -> String? {
    return state.withLock { $0.instances[tenant] }
  }

  private func wake(_ id: Int) { waiters.withLock { $0.continuations.removeValue(forKey: id) }?.resume() }

  private func wakeAll() {
    let woken = waiters.withLock { waiters in
      defer { waiters.continuations.removeAll() }
      return Array(waiters.continuations.values)
    }
    for continuation in woken { continuation.resume() }
  }
}
