import Concurrency
import Delivery
import HTTPServer
import Logging
import Monitoring
import Observability
import Platform
import RedisQueue
import ServiceLifecycle
import Telemetry
import TelemetryMetrics
import Time

/// A worker put together from its rooms.
struct WorkerAssembly {
  /// Where the HTTP server listens: the port that it was given when a free one was asked for.
  let httpAddress: SocketAddress
  /// Shows at /metrics what other packages report through swift-metrics, once the process's system has it.
  let reportedMetrics: TelemetryMetricsFactory
  private let loop: EventLoop
  private let services: [any Service]
  private let logger: Logger
  private let grace: Duration

  /// Puts a worker together; its HTTP server listens from here on.
  ///
  /// - Throws: ``CommandFailure`` when the port is taken, or a setting can't be worked with.
  init(_ configuration: Configuration, output: LogOutput, ballastSeries: Int) throws {
    let loop = try EventLoop(named: "network")
    self.loop = loop
    let clock = MonotonicClock(loop.clock)
    let logger = output.logger
    let shown = try WorkerMetrics(
      deadLetterLimit: configuration.redis.deadLetters.count, showsMessageIDs: configuration.exemplars == .on
    ) {
      logger.notice("a package's metric is not shown", metadata: ["metric": "\($0.metric)", "error": "\($0.problem)"])
    }
    let registry = shown.registry
    try Ballast.register(ballastSeries, in: registry)
    let metrics = shown.delivery
    reportedMetrics = shown.reported

    let redis = try configuration.makeQueue(on: loop, logger: logger)
    let queue = ObservedQueue(redis, metrics: metrics, clock: clock)
    let client = try configuration.makeEvolutionClient(on: loop)
    // The rest of the grace period is for the process's own end.
    let poolGrace =
      configuration.worker.shutdownGrace - min(.milliseconds(250), configuration.worker.shutdownGrace / 20)
    var work = configuration.worker
    work.shutdownGrace = poolGrace
    let dueSoon = AutoResetEvent()
    let events = DeliveryEvents([metrics, DeliveryLog(logger)])
    let pool = WorkerPool(
      configuration: work, queue: queue, directory: redis,
      router: configuration.makeShardRouter(over: redis, clock: clock), sender: client, events: events,
      clock: clock,
      // Due times are compared with the queue's clock: the pods' clocks may differ.
      wallClock: { redis.serverTime ?? Timestamp(nanoseconds: WallClock.nanoseconds) }, dueSoon: dueSoon
    )
    try WorkerGauges.register(in: registry) { pool.status }

    let health = WorkerHealth(pool: pool, metrics: metrics)
    let server = try configuration.listen(
      routes: MonitoringRoutes(registry: registry, live: { health.liveness }, ready: { health.readiness }))
    httpAddress = SocketAddress(host: configuration.httpAddress.host, port: UInt16(server.port))
    let monitoring = MonitoringService(server: server)
    let upkeep = QueueUpkeep(
      queue: queue, lease: configuration.redis.lease, events: events, clock: clock, dueSoon: dueSoon)
    // Shut down from last to first: the endpoints answer until the pool has drained.
    services = [
      monitoring, HeldBackReports(output: output, clock: clock), RedisService(queue: redis, logger: logger),
      upkeep, pool, GraceEnd(queue: redis, grace: poolGrace),
    ]
    self.logger = logger
    grace = configuration.worker.shutdownGrace
  }

  /// Works until a signal asks it to end.
  func run(until signals: StopSignals) async throws {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let stop = ServiceGroupConfiguration.ServiceConfiguration(
      service: signals, successTerminationBehavior: .gracefullyShutdownGroup)
    var configuration = ServiceGroupConfiguration(services: services.map { .init(service: $0) } + [stop], logger: quiet)
    configuration.maximumGracefulShutdownDuration = grace + .seconds(5)
    let group = ServiceGroup(configuration: configuration)
    // Everything that the services do runs between two rounds of the network; waking another thread for each answer
    // costs more than the answer.
    try await withTaskExecutorPreference(loop.executor) { try await group.run() }
  }
}
