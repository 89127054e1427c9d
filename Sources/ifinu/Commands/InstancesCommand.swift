import ArgumentParser
import Delivery
import EvolutionAPI
import JSON
import Messaging
import Operations
import Platform
import Redis
import RedisQueue
import Settings

/// `ifinu instances`
struct InstancesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instances",
    abstract: "Shows how each WhatsApp instance stands, and pauses or resumes one.",
    discussion: """
      States, the worst first: parada (something is wrong with it), pausada (an operator stopped it), limite_diario \
      (it has sent as many as it may today), silencio (it is night where the people are), ritmo (it keeps its distance \
      between sends), ativa.

      Examples:  ifinu instances --watch
                 ifinu instances show loja
                 ifinu instances pause loja
                 ifinu instances resume loja
      """,
    subcommands: [List.self, Show.self, Pause.self, Resume.self, Refresh.self], defaultSubcommand: List.self)

  /// Does something with the instances, over a connection of its own.
  static func withInstances<Value>(
    _ flags: RedisFlags, _ body: (InstanceDesk) async throws(QueueError) -> Value
  ) async throws -> Value {
    let configuration = try Configuration.load([flags])
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let desk = InstanceDesk(
      store: RedisInstances(over: connection, keys: configuration.redis.keys), configuration: configuration)
    return try await configuration.explainingFailures { () async throws(QueueError) in try await body(desk) }
  }
}

/// The instances, and what is in force for them.
struct InstanceDesk {
  let store: any InstanceStore
  let configuration: Configuration

  /// How all of them stand.
  func overview() async throws(QueueError) -> InstanceOverview {
    InstanceOverview(
      try await store.survey(), limits: configuration.instances.limits, clock: configuration.instances.timeZone)
  }

  /// Everything about one; nil when nothing is known of it.
  func details(of name: InstanceName) async throws(QueueError) -> InstanceDetails? {
    let overview = InstanceOverview(
      try await store.record(of: name), limits: configuration.instances.limits,
      clock: configuration.instances.timeZone)
    guard let standing = overview.standings.first else { return nil }
    let tenants = try await store.tenants(of: name)
    if standing.record.isBlank, tenants == (0, 0), try await stranger(name) != nil { return nil }
    return InstanceDetails(standing, at: overview.survey.time, tenants: tenants)
  }

  /// What is to be said of a name that is written down nowhere; nil when it is somewhere.
  func stranger(_ name: InstanceName) async throws(QueueError) -> Stranger? {
    let names = try await store.names() + [configuration.evolution.instance?.value].compactMap(\.self)
    // Byte by byte: Redis knows nothing of letters that are the same in another spelling.
    guard !names.contains(where: { $0.utf8.elementsEqual(name.value.utf8) }) else { return nil }
    return Stranger(name: name, nearest: EditDistance.nearest(to: name.value, among: names))
  }
}

/// An instance of which nothing is known.
struct Stranger {
  let name: InstanceName
  let nearest: String?

  var description: String {
    "nothing is known of an instance \(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
  }
}

/// The instance that a command means.
struct InstanceChoice: ParsableArguments {
  @Argument(
    help: "The instance's name, exactly.",
    transform: { text in
      guard let name = InstanceName(text) else {
        throw ValidationError("A name has 1 to 255 bytes, none of them a control character.")
      }
      return name
    })
  var name: InstanceName

  @Flag(help: "One JSON object for programs.")
  var json = false
}

extension InstancesCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the instances, the worst first.",
      discussion: """
        Those are listed for which something waits, which are stopped or paused, or which have limits. Limits are those of \
        the environment and of the hash of limits.
        """)

    @Flag(help: "Show them again and again, until interrupted.")
    var watch = false

    @Option(help: "The time between two looks with --watch.", transform: { try DurationArgument.parse($0) })
    var interval: Duration = .seconds(2)

    @Option(help: "How many at most.")
    var limit = 50

    @Flag(help: "One JSON object for programs; with --watch, one a line.")
    var json = false

    @OptionGroup(title: "Queue") var redis: RedisFlags

    func validate() throws {
      guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000000.") }
      guard (.milliseconds(100) ... .seconds(3600)).contains(interval) else {
        throw ValidationError("--interval is from 100ms to 1h.")
      }
    }

    func run() async throws {
      let configuration = try Configuration.load([redis])
      let connection = try configuration.makeConnection()
      defer { connection.close() }
      let desk = InstanceDesk(
        store: RedisInstances(over: connection, keys: configuration.redis.keys), configuration: configuration)
      var isFirst = true
      repeat {
        if !isFirst { try await Task.sleep(for: interval) }
        isFirst = false
        let overview = try await configuration.explainingFailures { () async throws(QueueError) in
          try await desk.overview()
        }
        if json {
          try Output.writeLine(overview.json(limit: limit).displayText)
        } else {
          if watch && StandardStream.output.isTerminal { try Output.write("\u{1B}[H\u{1B}[2J") }
          try Output.write(overview.text(limit: limit))
        }
      } while watch
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows everything that is known of one instance: what waits, why, what mends it, its limits.")

    @OptionGroup var which: InstanceChoice
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let (details, stranger) = try await withInstances(redis) { desk throws(QueueError) in
        let details = try await desk.details(of: which.name)
        return (details, details == nil ? try await desk.stranger(which.name) : nil)
      }
      guard let details else {
        throw WorkFailure(message: stranger?.description ?? "nothing is known of an instance \(which.name)")
      }
      try Output.write(which.json ? details.json.displayText + "\n" : details.text)
    }
  }

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets nothing more out on an instance until it is resumed.",
      discussion: """
        Its messages wait; sends that are under way end; other instances go on. The pause is kept in Redis, for the whole \
        fleet and over restarts.
        """)

    @OptionGroup var which: InstanceChoice
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let (stranger, before) = try await withInstances(redis) { desk throws(QueueError) in
        (try await desk.stranger(which.name), try await desk.store.pause(which.name))
      }
      if which.json {
        return try Output.writeLine(
          JSONValue.object([
            ("paused", .boolean(true)), ("was_paused", .boolean(before == .pause)),
            ("known", .boolean(stranger == nil)),
          ]).text)
      }
      try Output.writeLine("\(which.name.value.onOneLine) \(before == .pause ? "was paused already" : "is paused")")
      if let stranger {
        StandardStream.error.writeLine("\(stranger.description) It may get messages later.".onOneLine)
      }
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends an instance's pause or stop: its next message goes at once.",
      discussion:
        "A worker that stands still looks again within 5 seconds. How often the instance had failed is forgotten.")

    @OptionGroup var which: InstanceChoice
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let (before, stranger) = try await withInstances(redis) { desk throws(QueueError) in
        let before = try await desk.store.resume(which.name)
        return (before, before == nil ? try await desk.stranger(which.name) : nil)
      }
      if let stranger { throw WorkFailure(message: stranger.description) }
      if which.json {
        return try Output.writeLine(
          JSONValue.object([
            ("was_paused", .boolean(before == .pause)), ("was_stopped", .boolean(before == .stop)),
          ]).text)
      }
      let words =
        switch before {
        case .pause: "goes on: its pause is over"
        case .stop: "goes on: its stop is over"
        case nil: "was neither paused nor stopped"
        }
      try Output.writeLine("\(which.name.value.onOneLine) \(words)")
    }
  }

  struct Refresh: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drops what is remembered of an instance's tenants, and lets it try again now if it is stopped.",
      discussion: """
        Instead of a name it takes a tenant's UUID (usuarioId): then that tenant's instance is asked for again. A pause \
        stays.
        """)

    @OptionGroup var which: InstanceChoice
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let tenant = TenantID(which.name.value).flatMap { $0.isUUID ? $0 : nil }
      let (dropped, isTried, stranger) = try await withInstances(redis) { desk throws(QueueError) in
        var dropped = try await desk.store.forgetTenants(of: which.name)
        if let tenant, try await desk.store.forget(tenant) { dropped += 1 }
        let isTried = try await desk.store.retry(which.name)
        let isNothing = dropped == 0 && !isTried && tenant == nil
        return (dropped, isTried, isNothing ? try await desk.stranger(which.name) : nil)
      }
      if let stranger { throw WorkFailure(message: stranger.description) }
      if which.json {
        return try Output.writeLine(
          JSONValue.object([("dropped", .integer(dropped)), ("tried", .boolean(isTried))]).text)
      }
      try Output.writeLine(
        "\(counted(dropped, "remembered tenant")) dropped" + (isTried ? "; its next message goes on trial now" : ""))
    }
  }
}
