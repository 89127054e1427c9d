import ArgumentParser
import EvolutionSandbox
import HTTPClient
import HTTPServer
import Messaging
import Operations
import Platform
import UnixSignals

/// `ifinu sandbox`
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "An Evolution API to run against without WhatsApp: it takes messages and sends nothing.",
    discussion: """
      It answers like version 2.3.7, with its checks and errors: sending texts and finding them, instances that are \
      made, connected, logged out and deleted, their webhooks and settings. Numbers that end in 0000 are not on \
      WhatsApp. Nobody has to scan a QR code: after --pair-after it counts as read.

      Webhooks, those that are set and the one of --webhook-url, are told of messages taken, of what becomes of them \
      (--ack) and of connections; calls that fail are tried again, ten times in all.

      Rates are shares of the sends, from 0 to 1: a hung send is taken and never answered, as the real one does it. \
      --instance-fault and --host-fault befall every send or request, until they are changed over HTTP: \
      PUT /sandbox/faults {"host":"page","instances":{"loja":"closed"}}, where "ok" ends a fault. \
      GET /sandbox/sends tells when requests to send came.

      Faults by name: \(FaultShare.names).

      Examples:
        ifinu sandbox --latency 200ms --fail 0.05 --verbose
        ifinu sandbox --empty --ack read --webhook-url http://127.0.0.1:9000/hook
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

  @Option(
    help: ArgumentHelp(
      "A fault and the share of sends that meet with it; may be given again.", valueName: "name=share"),
    transform: { try FaultShare($0) })
  var fault: [FaultShare] = []

  @Option(
    help: ArgumentHelp(
      "A fault that befalls every send on an instance; may be given again.", valueName: "instance=name"),
    transform: { try InstanceFault($0) })
  var instanceFault: [InstanceFault] = []

  @Option(
    help: ArgumentHelp("A fault that befalls every request.", valueName: "name"),
    transform: { try FaultShare.fault($0) })
  var hostFault: Fault?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether findMessages finds what was sent; not with Evolution's DATABASE_SAVE_DATA_NEW_MESSAGE=false.")
  var keepMessages = true

  @Option(
    help: ArgumentHelp(
      "What becomes of the ninth digit in the addresses that messages are kept under: usual, kept or dropped "
        + "(default: usual).", valueName: "form"), transform: { try Self.ninthDigit($0) })
  var ninthDigit = NinthDigit.usual

  @Option(help: "The key that requests must carry, unless it is their instance's own; any, unless set.")
  var apiKey: String?

  @Option(help: "An instance that exists; may be given again; any name is one, unless set.")
  var instance: [String] = []

  @Option(help: "An instance that is not connected; may be given again.")
  var closedInstance: [String] = []

  @Flag(help: "Begin with the instances named, or none: others exist once they are created.")
  var empty = false

  @Option(
    help: "How long it takes until the QR code of an instance that connects is read (default: 2s).",
    transform: { try DurationArgument.parse($0) })
  var pairAfter: Duration = .seconds(2)

  @Option(
    help: ArgumentHelp(
      "How far messages get: pending, server_ack, delivery_ack, read or error (default: server_ack).",
      valueName: "status"), transform: { try Self.acknowledgement($0) })
  var ack = Acknowledgement.server

  @Option(
    help: "How long a message takes from one status to the next (default: 100ms).",
    transform: { try DurationArgument.parse($0) })
  var ackDelay: Duration = .milliseconds(100)

  @Option(help: ArgumentHelp("Where the events of all instances are told.", valueName: "url"))
  var webhookURL: String?

  @Flag(help: "Append the event's name to the address of --webhook-url.")
  var webhookByEvents = false

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

  private static func acknowledgement(_ text: String) throws -> Acknowledgement {
    guard let status = Acknowledgement(rawValue: text.uppercased().replacing("-", with: "_")) else {
      throw ValidationError("\"\(text)\" is no status such as server_ack, delivery_ack or read.")
    }
    return status
  }

  private static func ninthDigit(_ text: String) throws -> NinthDigit {
    guard let form = NinthDigit(rawValue: text) else {
      throw ValidationError("\"\(text)\" is not usual, kept or dropped.")
    }
    return form
  }

  func validate() throws {
    // Shares such as 0.33, 0.56 and 0.11 make a little more than one, as doubles.
    guard [fail, hang, limit].allSatisfy({ (0...1).contains($0) }), faults.total <= 1 + 1e-9 else {
      throw ValidationError("--fail, --hang, --limit and --fault are shares from 0 to 1, and together not above 1.")
    }
    guard webhookURL.map({ $0.hasPrefix("http://") || $0.hasPrefix("https://") }) ?? true else {
      throw ValidationError("--webhook-url must start with http:// or https://.")
    }
  }

  func run() async throws {
    OpenFileLimit.raise()
    let poster = try HTTPPoster()
    let sandbox: EvolutionSandbox
    do {
      sandbox = try EvolutionSandbox(address: address, setting: "--address", options: options(with: poster))
    } catch {
      throw WorkFailure(message: "\(error)")
    }
    let bound = SocketAddress(host: address.host, port: UInt16(sandbox.port))
    try Output.writeLine("sandbox listening on http://\(bound), Ctrl-C ends it")
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
    await sandbox.stop()
    await poster.shutDown()
    StandardStream.output.writeLine("\(counted(sandbox.receivedCount, "message")) received")
    tell(sandbox.webhookCounts)
  }

  private func tell(_ webhooks: WebhookCounts) {
    guard webhooks.delivered + webhooks.failed + webhooks.dropped > 0 else { return }
    StandardStream.output.writeLine(
      "\(counted(webhooks.delivered, "webhook call")) delivered, \(webhooks.failed) given up, \(webhooks.dropped) dropped"
    )
  }

  private var faults: FaultRates {
    FaultRates(
      limit: limit, fail: fail, hang: hang,
      others: Dictionary(fault.map { ($0.fault, $0.share) }, uniquingKeysWith: +))
  }

  private func options(with poster: HTTPPoster) -> SandboxOptions {
    var options = SandboxOptions()
    options.instances = instance.isEmpty && !empty ? nil : Set(instance + closedInstance)
    options.closedInstances = Set(closedInstance)
    options.apiKey = apiKey
    options.latency = latency
    options.faults = faults
    options.standingFaults = StandingFaults(
      host: hostFault, instances: Dictionary(instanceFault.map { ($0.instance, $0.fault) }) { $1 })
    options.keepsMessages = keepMessages
    options.ninthDigit = ninthDigit
    options.seed = seed
    options.pairingTime = pairAfter
    options.acknowledgement = ack
    options.acknowledgementPace = ackDelay
    options.webhooks.globalURL = webhookURL
    options.webhooks.globalByEvents = webhookByEvents
    options.webhooks.deliver = { await poster.post($0.body, to: $0.url, headers: $0.headers) }
    if verbose {
      options.onReceive = { message in
        let number = PhoneNumber(message.number)?.description ?? "an unknown number"
        StandardStream.output.writeLine("\(message.instance.onOneLine) → \(number): \(message.text.onOneLine)")
      }
    }
    return options
  }
}
