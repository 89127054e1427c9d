import ArgumentParser
import Delivery
import EvolutionSandbox
import HTTPServer
import Platform
import UnixSignals

/// `ifinu sandbox`
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "An Evolution API to run against without WhatsApp: it takes messages and sends nothing.",
    discussion: """
      It answers like version 2.3.7, with its checks and errors. Numbers that end in 0000 are not on WhatsApp. Rates \
      are shares of the sends, from 0 to 1: a hung send is taken and never answered, as the real one does it.

      Example:  ifinu sandbox --latency 200ms --fail 0.05 --verbose
      """)

  @Option(
    help: ArgumentHelp("Where to listen (default: 127.0.0.1:8080).", valueName: "host:port"),
    transform: { try Self.address($0) })
  var address = SocketAddress(host: "127.0.0.1", port: 8080)

  @Option(help: "How long a send takes.", transform: { try DurationArgument.parse($0) })
  var latency: Duration = .zero

  @Option(help: "The share of sends that fail with a 500.")
  var fail = 0.0

  @Option(help: "The share of sends that are never answered.")
  var hang = 0.0

  @Option(help: "The share of sends that are answered with 429.")
  var limit = 0.0

  @Option(help: "The key that requests must carry; any, unless set.")
  var apiKey: String?

  @Option(help: "An instance that exists; may be given again; any name is one, unless set.")
  var instance: [String] = []

  @Option(help: "An instance that is not connected; may be given again.")
  var closedInstance: [String] = []

  @Option(help: "Makes the faults repeatable.")
  var seed: UInt64?

  @Flag(help: "Print each message that is received, its number masked.")
  var verbose = false

  private static func address(_ text: String) throws -> SocketAddress {
    do {
      return try SocketAddress(parsing: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func validate() throws {
    // Shares such as 0.33, 0.56 and 0.11 make a little more than one, as doubles.
    guard [fail, hang, limit].allSatisfy({ (0...1).contains($0) }), fail + hang + limit <= 1 + 1e-9 else {
      throw ValidationError("--fail, --hang and --limit are shares from 0 to 1, and together not above 1.")
    }
  }

  func run() async throws {
    OpenFileLimit.raise()
    let sandbox: EvolutionSandbox
    do {
      sandbox = try EvolutionSandbox(address: address, setting: "--address", options: options)
    } catch {
      throw WorkFailure(message: "\(error)")
    }
    let bound = SocketAddress(host: address.host, port: UInt16(sandbox.port))
    try Output.writeLine("sandbox listening on http://\(bound), Ctrl-C ends it")
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
    await sandbox.stop()
    StandardStream.output.writeLine("\(counted(sandbox.receivedCount, "message")) received")
  }

  private var options: SandboxOptions {
    var options = SandboxOptions()
    options.instances = instance.isEmpty ? nil : Set(instance + closedInstance)
    options.closedInstances = Set(closedInstance)
    options.apiKey = apiKey
    options.latency = latency
    options.faults = FaultRates(limit: limit, fail: fail, hang: hang)
    options.seed = seed
    if verbose {
      options.onReceive = { message in
        let number = PhoneNumber(message.number)?.description ?? "an unknown number"
        StandardStream.output.writeLine("\(message.instance.onOneLine) → \(number): \(message.text.onOneLine)")
      }
    }
    return options
  }
}
