import Concurrency
import Delivery
import EvolutionAPI
import Logging
import Monitoring
import Observability
import RedisQueue
import ServiceLifecycle
import Telemetry
import Time

/// The worker: takes messages from the lanes and delivers them.
struct WorkerRole: Role {
  let services: [any Service]
  let descriptors: Int
  private let pool: WorkerPool
  private let metrics: DeliveryMetrics

  /// How long the fetch loop may go without a round that succeeded.
  private static let progressBound = Duration.seconds(60)

  /// Puts a worker together.
  ///
  /// - Throws: ``WorkFailure`` when a setting can't be worked with; `MetricError` when two series have one name.
  init(_ configuration: Configuration, in context: RoleContext) throws {
    let logger = context.output.logger
    metrics = try DeliveryMetrics(
      registry: context.registry, deadLetterLimit: configuration.deadLetters.count,
      parkMax: configuration.instances.longestParking,
      showsMessageIDs: configuration.monitoring.exemplars == .on)
    let redis = try configuration.makeQueue(on: context.loop, logger: logger)
    let queue = ObservedQueue(redis, metrics: metrics, clock: context.clock)
    let events = DeliveryEvents([metrics, DeliveryLog(logger)])
    let dueSoon = AutoResetEvent()
    let evolution = try configuration.makeEvolutionClient(on: context.loop)
    let router = configuration.makeShardRouter(over: redis, clock: context.clock)
    // Due times and days go by the queue's clock: the pods' clocks may differ.
    let queueTime: @Sendable () -> Timestamp = { redis.serverTime ?? Timestamp(nanoseconds: WallClock.nanoseconds) }
    let book = InstanceLimitBook(
      defaults: configuration.instances.limits, timeZone: configuration.instances.timeZone, now: queueTime)
    let keeper = InstanceKeeper(
      store: redis, book: book, probe: evolution,
      shard: { instance in try? await router?.shard(of: instance) }, events: events, clock: context.clock)
    let pool = WorkerPool(
      configuration: configuration.delivery, queue: queue, directory: redis,
      router: router,
      sender: evolution, lookup: evolution, hostProbe: evolution,
      limits: { book.start(for: $0) },
      gate: RedisSendGate(beside: redis, keepsOrder: configuration.instances.keepsOrder), events: events,
      clock: context.clock,
      wallClock: queueTime, dueSoon: dueSoon)
    try WorkerGauges.register(in: context.registry) { pool.status }
    let upkeep = QueueUpkeep(
      queue: queue, lease: configuration.worker.lease,
      parkMax: configuration.instances.longestParking, events: events, clock: context.clock, dueSoon: dueSoon)
    services = [
      RedisService(queue: redis, logger: logger), upkeep, keeper, pool,
      QueueRelease(queue: redis, grace: configuration.worker.shutdown.delivery),
    ]
    // Each message in flight may have a connection to Evolution, and libcurl descriptors of its own beside it.
    descriptors = 2 * configuration.worker.workers
    self.pool = pool
  }

  /// Alive: the fetch loop goes round, or the worker is about to end, which has a time of its own.
  var liveness: HealthReport {
    guard !pool.isDraining else { return .healthy }
    let idle = pool.timeSinceProgress
    guard idle > Self.progressBound else { return .healthy }
    return .unhealthy(reasons: ["no progress of the fetch loop for \(idle.components.seconds) s"])
  }

  /// Ready: it can take messages.
  var readiness: HealthReport {
    var reasons: [String] = []
    if !metrics.isQueueUp { reasons.append("Redis is away, or refuses") }
    if metrics.isDeadLetterStoreFull {
      reasons.append(
        "the dead letters are full, so that no message is taken: requeue or purge some, or raise IFINU_DLQ_MAX")
    }
    if pool.isDraining { reasons.append("draining") }
    return reasons.isEmpty ? .healthy : .unhealthy(reasons: reasons)
  }

  /// The registry of a worker that was not started: everything that one shows is in its catalogue.
  ///
  /// - Throws: `MetricError` when two series have one name.
  static func registryAtRest() throws(MetricError) -> MetricsRegistry {
    let registry = try MetricsRegistry.ofProcess()
    _ = try DeliveryMetrics(registry: registry, deadLetterLimit: DeadLetterBound().count)
    try WorkerGauges.register(in: registry) { WorkerPool.Status(atRest: WorkerConfiguration()) }
    _ = try MonitoringRoutes(registry: registry, live: { .healthy }, ready: { .healthy })
    return registry
  }
}
