import Concurrency
import Messaging
import Observability
import ServiceLifecycleTestKit
import Telemetry
import TestSupport
import Testing
import Time

@testable import Delivery

@Suite(.hangLimit) struct QueueUpkeepTests {
  private let clock = ManualClock()
  private let registry = MetricsRegistry()

  /// Runs the upkeep of a queue beside what a test does, and shuts it down then.
  private func keepingUp(
    _ queue: any MessageQueue, lease: Duration = .seconds(60), dueSoon: AutoResetEvent = AutoResetEvent(),
    _ body: @Sendable () async throws -> Void
  ) async throws {
    let metrics = try DeliveryMetrics(registry: registry)
    let timeline = MonotonicClock(clock)
    let upkeep = QueueUpkeep(
      queue: ObservedQueue(queue, metrics: metrics, clock: timeline), lease: lease,
      events: DeliveryEvents([metrics]), clock: timeline, dueSoon: dueSoon)
    try await testGracefulShutdown { trigger in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await upkeep.run() }
        do {
          try await body()
        } catch {
          group.cancelAll()
          throw error
        }
        trigger.triggerGracefulShutdown()
        try await group.waitForAll()
      }
    }
  }

  /// Moves the clock on, step by step, until a condition holds; never before all that the last step woke sleep again, so
  /// that time does not run away from a busy machine.
  private func advance(by step: Duration, until what: String, _ holds: () async throws -> Bool) async throws {
    try await eventually(what) {
      try await clock.awaitSleepers(5)
      if try await holds() { return true }
      clock.advance(by: step)
      return false
    }
  }

  @Test func `returns scheduled messages to their lane when they are due, and not before`() async throws {
    let memory = InMemoryMessageQueue(clock: clock)
    let queue = FaultyQueue(memory)
    memory.push([1], to: .urgent)
    let lease = try await memory.reserve(upTo: 1)[0]
    _ = try await memory.settle(lease, as: .retry(payload: [2], after: .milliseconds(3_300)))
    try await keepingUp(queue) {
      for round in 1...3 {
        try await clock.awaitSleepers(5)
        clock.advance(by: .seconds(1))
        try await eventually("promotion \(round)") { queue.count(of: .promote) == round + 1 }
      }
      #expect(memory.payloads(in: .urgent).isEmpty)
      try await eventually("it knows the due time") { clock.timeToNextWake == .milliseconds(300) }
      clock.advance(by: .milliseconds(300))
      try await eventually("it is back") { memory.payloads(in: .urgent) == [[2]] }
    }
  }

  @Test func `returns a message in time that was scheduled for sooner than it meant to look`() async throws {
    let memory = InMemoryMessageQueue(clock: clock)
    let queue = FaultyQueue(memory)
    let dueSoon = AutoResetEvent()
    memory.push([1])
    let lease = try await memory.reserve(upTo: 1)[0]
    try await keepingUp(queue, dueSoon: dueSoon) {
      try await clock.awaitSleepers(5)
      _ = try await memory.settle(lease, as: .retry(payload: [2], after: .milliseconds(200)))
      dueSoon.signal()
      try await eventually("it knows the due time") { clock.timeToNextWake == .milliseconds(200) }
      clock.advance(by: .milliseconds(200))
      try await eventually("it is back") { memory.payloads(in: .standard) == [[2]] }
    }
  }

  @Test func `counts what fell off the bound although no lease had expired, and goes on after a refusal`() async throws
  {
    let recoveries = Recorder<Int>()
    let queue = RecoveringQueue { () throws(QueueError) in
      recoveries.add(1)
      switch recoveries.count {
      case 1: return Recovery(recovered: 0, poisoned: 0, discardedDeadLetters: 20)
      case 2: return Recovery(recovered: 3, poisoned: 1, orphaned: 2, fault: .refused("a lane is none"))
      case 3: throw .refused("OOM")
      default: return Recovery(recovered: 0, poisoned: 0)
      }
    }
    try await keepingUp(queue) {
      try await advance(by: .milliseconds(500), until: "four recoveries") { recoveries.count >= 4 }
    }
    #expect(registry.value("whatsapp_mortas_descartadas_total") == 20)
    #expect(registry.value("whatsapp_recuperadas_total") == 3)
    #expect(registry.values(of: "whatsapp_mortas_total") == ["veneno": 1, "incerto": 2])
  }

  @Test func `recovers the messages of vanished workers, and buries them the third time`() async throws {
    let memory = InMemoryMessageQueue(clock: clock, lease: .seconds(60))
    let queue = FaultyQueue(memory)
    memory.push([1])
    try await keepingUp(queue) {
      for recoveries in 0..<3 {
        let lease = try #require(try await memory.reserve(upTo: 1).first)
        #expect(lease.recoveries == recoveries)
        memory.expireLeases()
        try await advance(by: .milliseconds(100), until: "it is recovered") {
          try await memory.snapshot().inFlight == 0
        }
      }
      #expect(memory.deadLetters.map(\.reason) == ["veneno"])
      try await eventually("it is counted") { registry.value("whatsapp_recuperadas_total") == 3 }
    }
    #expect(registry.values(of: "whatsapp_mortas_total") == ["veneno": 1])
    #expect(registry.values(of: "whatsapp_mensagens_total") == ["morta": 1])
  }

  @Test func `goes on when the queue was away, without a storm of questions`() async throws {
    let memory = InMemoryMessageQueue(clock: clock)
    let queue = FaultyQueue(memory)
    queue.fail(with: .unavailable("refused"))
    try await keepingUp(queue) {
      for round in 1...5 {
        try await clock.awaitSleepers(5)
        #expect(queue.count(of: .promote) == round)
        #expect(queue.count(of: .snapshot) == round)
        #expect(registry.value("redis_up") == 0)
        clock.advance(by: .seconds(1))
      }
      queue.fail(with: nil)
      try await advance(by: .milliseconds(100), until: "it is back") { registry.value("whatsapp_em_voo") == 0 }
    }
    #expect(registry.value("redis_up") == 1)
  }

  @Test(arguments: [(Duration.seconds(60), 5.0), (.seconds(4), 1), (.milliseconds(100), 0.25)])
  func `asks an idle queue seldom`(lease: Duration, recoveryInterval: Double) async throws {
    let queue = FaultyQueue(InMemoryMessageQueue(clock: clock))
    try await keepingUp(queue, lease: lease) {
      for _ in 0..<200 {
        try await clock.awaitSleepers(5)
        clock.advance(by: .milliseconds(50))
      }
      try await clock.awaitSleepers(5)
    }
    #expect(queue.count(of: .promote) <= 11)
    #expect(queue.count(of: .snapshot) <= 6)
    #expect(Double(queue.count(of: .recover)) <= 10 / recoveryInterval + 1)
  }
}

/// A queue whose recoveries a test writes.
private struct RecoveringQueue: MessageQueue {
  let memory = InMemoryMessageQueue(clock: ManualClock())
  let recovery: @Sendable () throws(QueueError) -> Recovery

  func reserve(_ request: ReservationRequest) async throws(QueueError) -> Reservation {
    try await memory.reserve(request)
  }
  func sort() async throws(QueueError) -> Bool { try await memory.sort() }
  func noteBegun(_ lease: Lease) async throws(QueueError) -> Bool { try await memory.noteBegun(lease) }
  func begin(
    _ lease: Lease, on instance: InstanceName, within limits: InstanceStart
  ) async throws(QueueError) -> StartDecision { try await memory.begin(lease, on: instance, within: limits) }
  func census() async throws(QueueError) -> InstanceCensus { try await memory.census() }
  func buryOverdue(after limit: Duration) async throws(QueueError) -> Int { try await memory.buryOverdue(after: limit) }
  func awaitMessages(atMost timeout: Duration) async throws(QueueError) {}
  func settle(_ lease: Lease, as settlement: Settlement) async throws(QueueError) -> SettlementOutcome {
    try await memory.settle(lease, as: settlement)
  }
  func extend(_ tokens: [Lease.Token]) async throws(QueueError) -> Set<Lease.Token> { try await memory.extend(tokens) }
  func promote() async throws(QueueError) -> Promotion { try await memory.promote() }
  func recover() async throws(QueueError) -> Recovery { try recovery() }
  func snapshot() async throws(QueueError) -> QueueSnapshot { try await memory.snapshot() }
}
