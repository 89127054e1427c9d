import Delivery
import EvolutionAPI
import HTTPServer
import IOThread
import Logging
import RedisQueue
import ServiceLifecycle
import Telemetry
import UnixSignals

/// A worker put together from its rooms.
struct WorkerAssembly {
  private let services: [any Service]
  private let logger: Logger
  private let grace: Duration

  /// Puts a worker together; its HTTP server listens from here on.
  ///
  /// - Throws: ``CommandFailure`` when the port is taken, or a setting can't be worked with.
  init(_ configuration: Configuration, logger: Logger) throws {
    let timeline = Timeline()
    let registry = MetricsRegistry()
    try ProcessCollector().register(in: registry)
    try BuildInfo.register(in: registry)
    let metrics = try DeliveryMetrics(registry: registry)

    let redis = try configuration.makeQueue(logger: logger)
    let queue = ObservedQueue(redis, metrics: metrics, timeline: timeline)
    let pool = WorkerPool(
      configuration: configuration.worker, queue: queue, directory: redis,
      sender: try configuration.makeEvolutionClient(), metrics: metrics, timeline: timeline,
      wallClock: { Timestamp(nanoseconds: WallClock.nanoseconds) }, logger: logger)
    try pool.registerGauges(in: registry)

    let health = WorkerHealth(
      pool: pool, metrics: metrics, sendTimeout: configuration.evolution.sendTimeout)
    let monitoring = MonitoringService(
      server: try configuration.listen(
        routes: MonitoringRoutes(registry: registry, live: { health.liveness }, ready: { health.readiness })))
    let upkeep = QueueUpkeep(
      queue: queue, lease: configuration.redis.lease, metrics: metrics, timeline: timeline, logger: logger)
    // Shut down from last to first: the endpoints answer until the pool has drained.
    services = [monitoring, RedisService(queue: redis, logger: logger), upkeep, pool, SecondSignal()]
    self.logger = logger
    grace = configuration.worker.shutdownGrace
  }

  /// Works until a signal asks it to end.
  func run() async throws {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    var configuration = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    configuration.maximumGracefulShutdownDuration = grace + .seconds(5)
    // The pool's tasks meet the threads of Redis and libcurl twice a message: one thread for all of them is cheaper
    // than the cooperative pool, which is left to everything else.
    let executor = try ThreadTaskExecutor(named: "delivery")
    defer { executor.close() }
    try await withTaskExecutorPreference(executor) { try await ServiceGroup(configuration: configuration).run() }
  }
}
