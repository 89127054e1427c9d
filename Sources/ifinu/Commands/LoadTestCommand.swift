import ArgumentParser
import Delivery
import HTTPClient
import HTTPServer
import Monitoring
import Operations
import Redis
import RedisQueue
import Settings

/// `ifinu loadtest`
struct LoadTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loadtest",
    abstract: "Puts N load-test messages into the queue and reports how they were delivered.",
    discussion: """
      Measures the worker that answers at IFINU_HTTP_ADDRESS; when none does, it starts one for the test. The messages \
      are real sends to IFINU_TEST_NUMBER: point IFINU_EVOLUTION_URL at `ifinu sandbox` unless you mean it.

      Example:  ifinu sandbox --latency 100ms &
                IFINU_TEST_NUMBER=11988887777 IFINU_EVOLUTION_INSTANCE=teste ifinu loadtest 1000
      """)

  @Argument(help: "How many messages.")
  var messages: Int

  @Flag(help: "One JSON object for programs.")
  var json = false

  @OptionGroup(title: "Queue") var redis: RedisFlags
  @OptionGroup(title: "Evolution API") var evolution: EvolutionFlags
  @OptionGroup(title: "Delivery") var delivery: DeliveryFlags
  @OptionGroup(title: "Monitoring") var monitoring: MonitoringFlags

  func validate() throws {
    guard (1...10_000_000).contains(messages) else { throw ValidationError("N is from 1 to 10000000.") }
  }

  func run() async throws { try await withCancellationBySignals { try await test() } }

  private func test() async throws {
    let configuration = try Configuration.load(
      [redis, evolution, delivery, monitoring], defaults: [.logLevel: "warning"])
    guard configuration.monitoring.address.port != 0 else {
      throw SettingError(.httpAddress, "must name the port that the worker answers on, such as 127.0.0.1:9464")
    }
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let run = LoadRun(
      configuration: configuration, queue: try configuration.makeQueue(),
      producer: RedisProducer(over: connection, keys: configuration.redis.keys), fetcher: try HTTPFetcher(),
      messages: messages)
    defer { run.queue.close() }
    let report = try await measure(run, configuration)
    if json {
      try Output.writeLine(report.json.displayText)
    } else {
      try Output.write(report.text)
    }
  }

  private func measure(_ run: LoadRun, _ configuration: Configuration) async throws -> LoadReport {
    if let page = await run.fetcher.page(at: run.metricsURL) {
      guard MetricsPage(page).isWorker else {
        throw WorkFailure(
          message: "\(run.metricsURL) is not a worker's; set IFINU_HTTP_ADDRESS to the worker's, or a free one")
      }
      return try await run.run()
    }
    guard configuration.worker.testNumber != nil else {
      throw SettingError(.testNumber, "is not set: load-test messages name no recipient")
    }
    let worker = ChildWorker(
      settings: configuration.values.texts, metricsURL: run.metricsURL, grace: configuration.worker.shutdown.total)
    return try await worker.run(run.fetcher) { try await run.run() }
  }
}
