import Concurrency
import Messaging
import Observability
import Telemetry
import TestSupport
import Time

@testable import Delivery

/// The delivery of single messages over an in-memory queue, without a pool, on a clock that stands still.
struct DeliveryBench {
  static let epoch = Timestamp(milliseconds: 1_768_478_400_000)

  let clock = ManualClock()
  let registry = MetricsRegistry()
  let memory: InMemoryMessageQueue<ManualClock>
  let queue: FaultyQueue
  let slots = Slots(1)
  let held = LeaseTable()
  let grace = GracePeriod(.seconds(25))
  let dueSoon = AutoResetEvent()
  let limiter: RateLimiter
  let hosts: Hosts
  let loads: InstanceLoads
  let readiness = AutoResetEvent()
  let delivery: MessageDelivery

  init(
    _ sender: StubSender = StubSender(), directory: StubDirectory = StubDirectory(),
    shards: StubShardDirectory? = nil,
    defaultInstance: String? = "padrao",
    testNumber: String? = "21988887777", rate: Double = 0, onUncertain: VerdictPolicy.OnUncertain = .park,
    lookup: (any SentMessageLookup)? = nil,
    plan: @escaping FaultyQueue.Plan = { _, _ in nil }
  ) throws {
    let clock = clock
    let timeline = MonotonicClock(clock)
    memory = InMemoryMessageQueue(clock: clock, epoch: Self.epoch)
    queue = FaultyQueue(memory, plan: plan)
    limiter = RateLimiter(rate: rate, burst: 1, clock: timeline)
    hosts = Hosts(failureLimit: 2, cooldown: .seconds(10), patience: .zero, clock: timeline)
    loads = InstanceLoads(slots: 10, clock: timeline)
    delivery = MessageDelivery(
      queue: queue, sender: sender,
      destination: Destination(
        directory: directory, router: shards.map { ShardRouter(count: 2, directory: $0, clock: timeline) },
        defaultInstance: defaultInstance.flatMap(InstanceName.init),
        testNumber: testNumber.flatMap(PhoneNumber.init)),
      limiter: limiter, hosts: hosts, loads: loads,
      rules: DeliveryRules(
        verdicts: VerdictPolicy(
          retry: RetryPolicy(maximumAttempts: 3, base: .seconds(300), factor: 5, cap: .seconds(7200), jitter: 0),
          onUncertain: onUncertain),
        stops: StopPolicy(jitter: 0), reconciliation: ReconciliationPolicy(), limits: { _ in nil },
        gate: nil, quietHours: nil, keepsOrder: false, lookup: lookup),
      slots: slots, held: held, grace: grace, leaseMargin: .seconds(20),
      events: DeliveryEvents([try DeliveryMetrics(registry: registry)]),
      clock: timeline, wallClock: { Self.epoch.advanced(by: clock.now.offset) }, dueSoon: dueSoon, readiness: readiness)
  }

  /// Takes a message into a lease, as a pool does: as the breaker lets it.
  func assign(_ payload: [UInt8], lane: Lane = .standard) async throws -> Assignment {
    memory.push(payload, to: lane)
    let leases = try await memory.reserve(upTo: 1)
    let place = held.add(leases[0], validUntil: clock.now.offset + .seconds(60))
    slots.occupy(leases.count)
    return Assignment(lease: leases[0], place: place, pass: hosts[nil].breaker.admit() ?? .ordinary, beginsAtOnce: true)
  }

  /// Delivers a message to its end.
  func deliver(_ payload: [UInt8]) async throws { await delivery.deliver(try await assign(payload)) }

  /// The messages settled, by `destino`, without those that are 0.
  var settled: [String: Double] { registry.values(of: "whatsapp_mensagens_total") }

  /// The attempts, by `resultado`, without those that are 0.
  var attempts: [String: Double] { registry.values(of: "whatsapp_envios_total") }

  /// The failures, by `motivo`, without those that are 0.
  var failures: [String: Double] { registry.values(of: "whatsapp_falhas_total") }

  /// The dead letters, by `motivo`, without those that are 0.
  var deaths: [String: Double] { registry.values(of: "whatsapp_mortas_total") }
}
