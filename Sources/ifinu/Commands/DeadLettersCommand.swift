import ArgumentParser
import Delivery
import JSON
import Messaging
import Operations
import Platform
import Redis
import RedisQueue
import Time

/// `ifinu dlq`
struct DeadLettersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dlq",
    abstract: "Looks at the dead letters, sends them back to their lanes, or throws them away.",
    discussion: """
      A dead letter of the reason incerto may have been sent: before requeueing one, look whether it arrived.
      """,
    subcommands: [List.self, Show.self, Requeue.self, Purge.self])

  /// Does something with the dead letters, over a connection of its own.
  static func withDeadLetters<Value>(
    _ flags: RedisFlags, _ body: (any DeadLetterStore) async throws(QueueError) -> Value
  ) async throws -> Value {
    let configuration = try Configuration.load([flags])
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let letters = RedisDeadLetters(over: connection, keys: configuration.redis.keys)
    return try await configuration.explainingFailures { () async throws(QueueError) in try await body(letters) }
  }
}

/// Which dead letters a command means.
struct DeadLetterChoice: ParsableArguments {
  @Argument(help: "The id of one dead letter, as `ifinu dlq list` shows it.")
  var id: String?

  @Option(help: "Those of this reason, such as tentativas_esgotadas.")
  var reason: String?

  @Option(
    name: .customLong("older-than"), help: "Those given up longer ago, such as 2h or 7d.",
    transform: { try DurationArgument.parse($0) })
  var age: Duration?

  @Option(help: "Those that were to go out on this instance.")
  var instance: String?

  @Flag(help: "All dead letters.")
  var all = false

  @Flag(help: "Say how many are meant, and change nothing.")
  var dryRun = false

  @Flag(help: "One JSON object for programs.")
  var json = false

  func validate() throws {
    let isFiltered = reason != nil || age != nil || instance != nil
    guard [id != nil, isFiltered, all].filter(\.self).count == 1 else {
      throw ValidationError("Name one id; or --reason, --older-than and --instance, together or alone; or --all.")
    }
  }

  /// Does something with those that are meant, and says how many they were.
  ///
  /// - Parameters:
  ///   - redis: where they are.
  ///   - done: what has become of them, in one word.
  ///   - work: what is to be done.
  /// - Throws: ``WorkFailure`` when Redis is away or refuses, and when the one of an id is not there.
  func carryOut(
    _ redis: RedisFlags, _ done: String,
    _ work: (any DeadLetterStore, DeadLetterSelection, (DeadLetterProgress) -> Void) async throws(QueueError)
      -> DeadLetterProgress
  ) async throws {
    var bar = ProgressBar(done)
    let result = try await DeadLettersCommand.withDeadLetters(redis) { letters throws(QueueError) in
      let report = { (progress: DeadLetterProgress) in
        bar.show(
          Double(progress.seen) / Double(max(1, progress.total)), "\(progress.seen) of \(progress.total) looked at")
      }
      return dryRun
        ? try await letters.count(selection, report: report) : try await work(letters, selection, report)
    }
    bar.finish(counted(result.count, "dead letter"))
    // One id that is not there is a failure; no letter of a reason is none.
    if let id, result.count == 0 { throw WorkFailure(message: "there is no dead letter \(id)") }
    if json { return try Output.writeLine(self.json(result, done).displayText) }
    try Output.writeLine("\(counted(result.count, "dead letter")) \(dryRun ? "would be " : "")\(done)")
    if dryRun {
      for (reason, count) in result.chosen.sorted(by: { $0.key < $1.key }) {
        try Output.writeLine("  \(reason.onOneLine): \(count)")
      }
    }
  }

  /// For programs: how many, and of a dry run also how many would be, by reason.
  private func json(_ result: DeadLetterProgress, _ done: String) -> JSONValue {
    guard dryRun else { return .object([(done, .integer(result.count))]) }
    let reasons = result.chosen.sorted { $0.key < $1.key }.map { (name: $0.key, value: JSONValue.integer($0.value)) }
    return .object([(done, .integer(0)), ("chosen", .integer(result.count)), ("reasons", .object(reasons))])
  }

  private var selection: DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.id = id
    selection.reason = reason
    selection.age = age
    selection.instance = instance
    return selection
  }
}

extension DeadLettersCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists dead letters, the newest first.")

    @Option(help: "Only those of this reason.")
    var reason: String?

    @Option(help: "How many at most.")
    var limit = 50

    @Option(help: "How many to leave out at the beginning.")
    var offset = 0

    @Flag(help: "One JSON array for programs.")
    var json = false

    @OptionGroup(title: "Queue") var redis: RedisFlags

    func validate() throws {
      guard limit > 0, offset >= 0 else { throw ValidationError("--limit is from 1, --offset from 0 on.") }
    }

    func run() async throws {
      let letters = try await withDeadLetters(redis) { store throws(QueueError) in
        try await store.list(reason: reason, offset: offset, limit: limit)
      }
      if json {
        return try Output.writeLine(JSONValue.array(letters.map { $0.json(withPayload: false) }).displayText)
      }
      var table = TextTable(["ID", "DIED", "LANE", "REASON", "ATTEMPTS", "MESSAGE", "ERROR"])
      for letter in letters {
        table.add([
          letter.id, letter.diedAt.rfc3339, letter.lane.name, letter.reason, "\(letter.attempts)",
          letter.messageID ?? "-", letter.error,
        ])
      }
      try Output.write(letters.isEmpty ? "no dead letters\n" : table.text)
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows one dead letter, its payload as it came.",
      discussion: """
        At a terminal the payload's characters that are not seen stand as escapes; with --json, payload_base64 has the bytes \
        of one that is not UTF-8. Piped on, it is byte for byte as it came.
        """)

    @Argument(help: "The id, as `ifinu dlq list` shows it.")
    var id: String

    @Flag(help: "One JSON object for programs.")
    var json = false

    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let letter = try await withDeadLetters(redis) { store throws(QueueError) in try await store.show(id) }
      guard let letter else { throw WorkFailure(message: "there is no dead letter \(id)") }
      if json { return try Output.writeLine(letter.json(withPayload: true).displayText) }
      var table = TextTable(["id", letter.id])
      for (name, value) in [
        ("message", letter.messageID ?? "-"), ("instance", letter.instance ?? "-"), ("died", letter.diedAt.rfc3339),
        ("lane", letter.lane.name),
        ("reason", letter.reason), ("field", letter.field ?? "-"), ("error", letter.error),
        ("attempts", "\(letter.attempts)"),
      ] {
        table.add([name, value])
      }
      try Output.write(table.text)
      let payload = StandardStream.output.isTerminal ? Array(letter.payloadText.onOneLine.utf8) : letter.payload
      try Output.write(Array("\n".utf8) + payload + Array("\n".utf8))
    }
  }

  struct Requeue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sends dead letters back to their lanes, their attempts counted afresh.")

    @OptionGroup var which: DeadLetterChoice
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      try await which.carryOut(redis, "requeued") { letters, selection, report throws(QueueError) in
        try await letters.requeue(selection, report: report)
      }
    }
  }

  struct Purge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Throws dead letters away, for good.")

    @OptionGroup var which: DeadLetterChoice
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      try await which.carryOut(redis, "purged") { letters, selection, report throws(QueueError) in
        try await letters.purge(selection, report: report)
      }
    }
  }
}
