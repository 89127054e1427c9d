import Messaging
import Observability
import ServiceLifecycleTestKit
import Telemetry
import TestSupport
import Time

@testable import Delivery

/// A worker pool over an in-memory queue, on a clock that stands still until a test moves it on.
struct PoolBench {
  let clock = ManualClock()
  let registry = MetricsRegistry()
  let memory: InMemoryMessageQueue<ManualClock>
  let queue: FaultyQueue
  let pool: WorkerPool
  let metrics: DeliveryMetrics

  init(
    _ sender: StubSender = StubSender(), lease: Duration = .seconds(60),
    configure: (inout WorkerConfiguration) -> Void = { _ in },
    plan: @escaping FaultyQueue.Plan = { _, _ in nil }
  ) throws {
    let clock = clock
    let timeline = MonotonicClock(clock)
    memory = InMemoryMessageQueue(clock: clock, lease: lease, epoch: DeliveryBench.epoch)
    queue = FaultyQueue(memory, plan: plan)
    metrics = try DeliveryMetrics(registry: registry)
    var configuration = WorkerConfiguration()
    configuration.rate = 0
    configuration.lease = lease
    configuration.defaultInstance = InstanceName("loja")
    configuration.testNumber = PhoneNumber("11988887777")
    configure(&configuration)
    pool = WorkerPool(
      configuration: configuration, queue: ObservedQueue(queue, metrics: metrics, clock: timeline),
      directory: memory, sender: sender, events: DeliveryEvents([metrics]), clock: timeline,
      wallClock: { DeliveryBench.epoch.advanced(by: clock.now.offset) })
    try WorkerGauges.register(in: registry) { [pool] in pool.status }
  }

  /// Runs the pool beside what a test does, then shuts it down, if the test has not, and waits for its end.
  func whileRunning(_ body: @Sendable (_ shutDown: () -> Void) async throws -> Void) async throws {
    try await testGracefulShutdown { trigger in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await pool.run() }
        do {
          try await body { trigger.triggerGracefulShutdown() }
        } catch {
          group.cancelAll()
          throw error
        }
        trigger.triggerGracefulShutdown()
        try await group.waitForAll()
      }
    }
  }

  /// Enqueues load-test messages with these ids.
  func push(_ ids: some Sequence<String>, to lane: Lane = .standard) {
    for id in ids { memory.push(Array(#"{"id":"\#(id)"}"#.utf8), to: lane) }
  }

  /// Moves the clock on, step by step, until a condition holds.
  func advance(by step: Duration = .milliseconds(50), until what: String, _ holds: () async throws -> Bool) async throws
  {
    try await eventually(what) {
      if try await holds() { return true }
      clock.advance(by: step)
      return false
    }
  }

  /// The messages settled, by `destino`, without those that are 0.
  var settled: [String: Double] { registry.values(of: "whatsapp_mensagens_total") }

  /// The state of the breaker that the metrics show.
  var breaker: [String: Double] { registry.values(of: "whatsapp_disjuntor_estado") }
}
