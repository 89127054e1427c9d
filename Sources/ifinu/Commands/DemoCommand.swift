import ArgumentParser
import Delivery
import EvolutionAPI
import EvolutionSandbox
import HTTPClient
import HTTPServer
import Monitoring
import Platform
import Redis
import RedisQueue
import Settings

/// `ifinu demo`
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Shows the main job: a private Redis, the sandbox, a worker and 1,000 messages.",
    discussion: """
      Nothing outside the demo is touched: Redis runs in a temporary folder, without a port. At a terminal it stays \
      up when the messages are out, until Ctrl-C.
      """)

  @Option(help: "How many messages.")
  var messages = 1_000

  @Option(help: "Messages a second; 0 for no limit.")
  var rate = 100.0

  @Option(help: "How long the sandbox takes to answer.", transform: { try DurationArgument.parse($0) })
  var latency: Duration = .milliseconds(50)

  func validate() throws {
    guard (1...1_000_000).contains(messages) else { throw ValidationError("--messages is from 1 to 1000000.") }
  }

  func run() async throws { try await withCancellationBySignals { try await show() } }

  private func show() async throws {
    let fetcher = try HTTPFetcher()
    var options = SandboxOptions()
    options.latency = latency
    let sandbox = try Self.orFailure { try EvolutionSandbox(options: options) }
    let address = try await Self.freeAddress()
    try await PrivateRedis.run { redis in
      let settings: [Setting: String] = [
        .redisURL: "unix:\(redis.socket)", .evolutionURL: "http://127.0.0.1:\(sandbox.port)",
        .evolutionAPIKey: "demo", .evolutionInstance: "demo", .testNumber: "11988887777",
        .httpAddress: "\(address)", .rate: "\(rate)", .workers: "20", .logLevel: "warning",
        .shutdownGrace: "2s",
      ]
      let configuration = try Configuration(
        SettingValues(of: Configuration.settings, flags: settings, environment: [:]))
      try tellAddresses(redis, sandbox.port, address)
      let worker = ChildWorker(settings: settings, metricsURL: "http://\(address)/metrics", grace: .seconds(2))
      try await worker.run(fetcher) { try await deliver(configuration, fetcher) }
    }
    try Output.writeLine("the sandbox received \(sandbox.receivedCount) messages")
    await sandbox.stop()
  }

  private func deliver(_ configuration: Configuration, _ fetcher: HTTPFetcher) async throws {
    let queue = try configuration.makeQueue()
    defer { queue.close() }
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let run = LoadRun(
      configuration: configuration, queue: queue,
      producer: RedisProducer(over: connection, keys: configuration.redis.keys), fetcher: fetcher, messages: messages)
    try Output.write("\n" + (try await run.run()).text + "\n")
    guard StandardStream.output.isTerminal else { return }
    try Output.writeLine("Look around; Ctrl-C ends the demo.")
    await untilCancelled()
  }

  private func tellAddresses(_ redis: PrivateRedis, _ sandboxPort: Int, _ address: SocketAddress) throws {
    let style = Style(.output)
    try Output.write(
      """
      \(style.strong("ifinu demo")): \(messages) messages, \(oneDecimal(rate)) a second

        metrics   http://\(address)/metrics
        health    http://\(address)/livez  http://\(address)/readyz
        sandbox   http://127.0.0.1:\(sandboxPort)/
        redis     redis-cli -s \(redis.socket) LLEN ifinu:fila:whatsapp
        queue     ifinu status --watch --redis-url unix:\(redis.socket)


      """)
  }

  /// The worker's usual address, or a free one when that is taken.
  private static func freeAddress() async throws -> SocketAddress {
    for port in [UInt16(9464), 0] {
      let address = SocketAddress(host: "127.0.0.1", port: port)
      guard let probe = try? HTTPServer(address: address, handler: { _ in .text(404, "") }) else { continue }
      let free = SocketAddress(host: address.host, port: UInt16(probe.port))
      await probe.stop()
      return free
    }
    throw WorkFailure(message: "no port is free on 127.0.0.1")
  }

  private static func orFailure<Value>(_ make: () throws -> Value) throws(WorkFailure) -> Value {
    do { return try make() } catch { throw WorkFailure(message: "\(error)") }
  }
}
