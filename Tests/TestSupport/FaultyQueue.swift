internal import Concurrency
package import Delivery
package import Messaging
import Synchronization

/// A queue in front of another one that fails when a test tells it to, counts what it is asked, and holds settlements for
/// the next reservation when it may.
package final class FaultyQueue: MessageQueue {
  /// What a queue can be asked.
  package enum Operation: Hashable, Sendable {
    case reserve, sort, begin, awaitMessages, settle, extend, promote, recover, snapshot, census
  }

  /// What goes wrong with a call.
  package enum Fault: Sendable {
    /// It fails, and nothing is done.
    case before(QueueError)
    /// It is done, and fails then: the answer was lost.
    case after(QueueError)
  }

  /// The fault of a call, if any; the number counts the calls of that operation from 1 on.
  package typealias Plan = @Sendable (Operation, Int) -> Fault?

  private let queue: any MessageQueue
  private let plan: Plan
  private let standing = Mutex<QueueError?>(nil)
  private let calls = Mutex<[Operation: Int]>([:])
  private let asked = Mutex<[Int]>([])
  /// What opens when the settlements that are held may go.
  private let hold = Mutex<ManualResetEvent?>(nil)

  /// A queue's decorator.
  package init(_ queue: any MessageQueue, plan: @escaping Plan = { _, _ in nil }) {
    self.queue = queue
    self.plan = plan
  }

  /// Lets every operation fail from now on, with nothing done; nil ends that.
  package func fail(with error: QueueError?) { standing.withLock { $0 = error } }

  /// How often an operation was asked for.
  package func count(of operation: Operation) -> Int { calls.withLock { $0[operation] ?? 0 } }

  /// How many messages were asked for, reservation by reservation.
  package var reservationLimits: [Int] { asked.withLock(\.self) }

  /// Whether settlements wait for the next reservation.
  package var holdsSettlements: Bool { hold.withLock { $0 != nil } }

  package func holdSettlements(_ areHeld: Bool) {
    hold.withLock { hold in
      if !areHeld { hold.take()?.set() } else if hold == nil { hold = ManualResetEvent() }
    }
  }

  package func reserve(_ request: ReservationRequest) async throws(QueueError) -> Reservation {
    hold.withLock { hold in
      hold?.set()
      if hold != nil { hold = ManualResetEvent() }
    }
    asked.withLock { $0.append(request.limit) }
    return try await run(.reserve) { () async throws(QueueError) in try await queue.reserve(request) }
  }

  package func sort() async throws(QueueError) -> Bool {
    try await run(.sort) { () async throws(QueueError) in try await queue.sort() }
  }

  package func noteBegun(_ lease: Lease) async throws(QueueError) -> Bool {
    try await run(.begin) { () async throws(QueueError) in try await queue.noteBegun(lease) }
  }

  package func begin(
    _ lease: Lease, on instance: InstanceName, within limits: InstanceStart
  ) async throws(QueueError) -> StartDecision {
    try await run(.begin) { () async throws(QueueError) in try await queue.begin(lease, on: instance, within: limits) }
  }

  package func census() async throws(QueueError) -> InstanceCensus {
    try await run(.census) { () async throws(QueueError) in try await queue.census() }
  }

  package func buryOverdue(after limit: Duration) async throws(QueueError) -> Int {
    try await queue.buryOverdue(after: limit)
  }

  package func awaitMessages(atMost timeout: Duration) async throws(QueueError) {
    try await run(.awaitMessages) { () async throws(QueueError) in try await queue.awaitMessages(atMost: timeout) }
  }

  package func settle(_ lease: Lease, as settlement: Settlement) async throws(QueueError) -> SettlementOutcome {
    await hold.withLock(\.self)?.wait()
    return try await run(.settle) { () async throws(QueueError) in try await queue.settle(lease, as: settlement) }
  }

  package func extend(_ tokens: [Lease.Token]) async throws(QueueError) -> Set<Lease.Token> {
    try await run(.extend) { () async throws(QueueError) in try await queue.extend(tokens) }
  }

  package func promote() async throws(QueueError) -> Promotion {
    try await run(.promote) { () async throws(QueueError) in try await queue.promote() }
  }

  package func recover() async throws(QueueError) -> Recovery {
    try await run(.recover) { () async throws(QueueError) in try await queue.recover() }
  }

  package func snapshot() async throws(QueueError) -> QueueSnapshot {
    try await run(.snapshot) { () async throws(QueueError) in try await queue.snapshot() }
  }

  private func run<Value>(
    _ operation: Operation, _ body: () async throws(QueueError) -> Value
  ) async throws(QueueError) -> Value {
    let call = calls.withLock { calls in
      calls[operation, default: 0] += 1
      return calls[operation, default: 0]
    }
    if let error = standing.withLock(\.self) { throw error }
    switch plan(operation, call) {
    case nil: return try await body()
    case .before(let error): throw error
    case .after(let error):
      _ = try await body()
      throw error
    }
  }
}
