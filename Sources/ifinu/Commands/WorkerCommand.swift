import ArgumentParser
import Delivery
import EvolutionAPI
import Logging
import Monitoring
import Platform
import RedisQueue
import Settings
import Telemetry

/// `ifinu worker`
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Takes messages from the lanes and delivers them, until told to stop.",
    discussion: """
      Serves /metrics, /livez and /readyz. On SIGTERM or SIGINT it takes no more messages, finishes what is in flight \
      within IFINU_SHUTDOWN_GRACE, returns the rest to the front of its lane and exits with 0; a second signal ends \
      it at once. When Redis is away it waits and goes on by itself.

      Example:  IFINU_EVOLUTION_API_KEY_FILE=/run/secrets/evolution ifinu worker --rate 20 --workers 10
      """)

  @OptionGroup(title: "Queue") var redis: RedisFlags
  @OptionGroup(title: "Evolution API") var evolution: EvolutionFlags
  @OptionGroup(title: "Delivery") var delivery: DeliveryFlags
  @OptionGroup(title: "Instances") var instances: InstanceFlags
  @OptionGroup(title: "Dead letters") var deadLetters: DeadLetterFlags
  @OptionGroup(title: "Monitoring") var monitoring: MonitoringFlags
  @OptionGroup(title: "Logs") var logs: LogFlags

  @Option(help: ArgumentHelp("Series beside its own, to measure what a scrape of many costs.", visibility: .hidden))
  var ballastSeries = 0

  func validate() throws {
    guard (0...100_000).contains(ballastSeries) else { throw ValidationError("--ballast-series is from 0 to 100000.") }
  }

  func run() async throws {
    // Before the endpoints answer: anything that sees them may send a signal.
    let signals = await StopSignals()
    let descriptors = OpenFileLimit.raise()
    let configuration = try Configuration.load([redis, evolution, delivery, instances, deadLetters, monitoring, logs])
    try configuration.check(descriptors: descriptors)
    let output = try LogOutput(configuration.logging)
    do {
      try await work(configuration, output, until: signals)
    } catch {
      await output.end()
      throw error
    }
    await output.end()
  }

  private func work(_ configuration: Configuration, _ output: LogOutput, until signals: StopSignals) async throws {
    let logger = output.logger
    let context = try RoleContext(output: output)
    try SyntheticSeries.register(ballastSeries, in: context.registry)
    let worker = try RoleProcess(
      [try WorkerRole(configuration, in: context)], in: context, monitoring: configuration.monitoring,
      shutdown: configuration.worker.shutdown)
    if !configuration.values.ofServices.isEmpty {
      logger.debug(
        "variables of services are no settings and were left alone",
        metadata: ["variables": "\(configuration.values.ofServices.joined(separator: " "))"])
    }
    logger.info(
      "worker started",
      metadata: [
        "workers": "\(configuration.worker.workers)", "rate": "\(configuration.worker.rate)",
        "redis": "\(configuration.redis.url)", "evolution": "\(configuration.evolution.address)",
        "http": "\(worker.httpAddress)",
      ])
    try await worker.run(until: signals)
    logger.info("worker stopped")
  }
}

/// Series that mean nothing, with which the cost of a scrape is measured at sizes that a worker does not reach.
enum SyntheticSeries {
  private static let seriesPerFamily = 500

  /// Registers that many counters, in families that stay below the registry's limit.
  ///
  /// - Throws: `MetricError` when a name is taken.
  static func register(_ count: Int, in registry: MetricsRegistry) throws(MetricError) {
    for first in stride(from: 0, to: count, by: seriesPerFamily) {
      let family = try registry.counter(
        "ballast_\(first / seriesPerFamily)_total", help: "Measures scrapes.", labels: ["motivo", "fila"])
      for number in first..<min(first + seriesPerFamily, count) {
        try family.with("motivo_\(number)", "whatsapp").increment(by: number * 1_000)
      }
    }
  }
}
