import ArgumentParser
import Delivery
import FoundationEssentials
import JSON
import Platform
import RedisQueue

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
    _ flags: RedisFlags, _ body: (RedisDeadLetters) async throws(QueueError) -> Value
  ) async throws -> Value {
    let configuration = try Configuration.load([flags])
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let letters = RedisDeadLetters(over: connection, keys: configuration.redis.keys)
    return try await reaching(configuration) { () async throws(QueueError) in try await body(letters) }
  }
}

/// Which dead letters a command means: exactly one way of saying it.
struct DeadLetterSelection: ParsableArguments {
  @Argument(help: "The id of one dead letter, as `ifinu dlq list` shows it.")
  var id: String?

  @Option(help: "All of this reason, such as tentativas_esgotadas.")
  var reason: String?

  @Flag(help: "All dead letters.")
  var all = false

  @Flag(help: "One JSON object for programs.")
  var json = false

  func validate() throws {
    guard [id != nil, reason != nil, all].filter(\.self).count == 1 else {
      throw ValidationError("Name one id, or --reason REASON, or --all.")
    }
  }

  var selection: RedisDeadLetters.Selection {
    if let id { .id(id) } else if let reason { .reason(reason) } else { .all }
  }

  /// One id that is not there is a failure; no letter of a reason is none.
  func report(_ count: Int, _ done: String) throws {
    if let id, count == 0 { throw WorkFailure(message: "there is no dead letter \(id)") }
    if json { return try Output.writeLine(JSONValue.object([(done, .integer(count))]).text) }
    try Output.writeLine("\(counted(count, "dead letter")) \(done)")
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
        return try Output.writeLine(JSONValue.array(letters.map { $0.json(withPayload: false) }).text)
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
        At a terminal a space stands for each control character of the payload; with --json, payload_base64 has the bytes \
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
      if json { return try Output.writeLine(letter.json(withPayload: true).text) }
      var table = TextTable(["id", letter.id])
      for (name, value) in [
        ("message", letter.messageID ?? "-"), ("died", letter.diedAt.rfc3339), ("lane", letter.lane.name),
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

    @OptionGroup var which: DeadLetterSelection
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let count = try await withDeadLetters(redis) { store throws(QueueError) in
        try await store.requeue(which.selection)
      }
      try which.report(count, "requeued")
    }
  }

  struct Purge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Throws dead letters away, for good.")

    @OptionGroup var which: DeadLetterSelection
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let count = try await withDeadLetters(redis) { store throws(QueueError) in
        try await store.purge(which.selection)
      }
      try which.report(count, "purged")
    }
  }
}

extension DeadLetter {
  /// The dead letter for programs.
  fileprivate func json(withPayload: Bool) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("id", .string(id)), ("message_id", messageID.map(JSONValue.string) ?? .null),
      ("died_at", .string(diedAt.rfc3339)), ("lane", .string(lane.name)), ("reason", .string(reason)),
      ("field", field.map(JSONValue.string) ?? .null), ("error", .string(error)), ("attempts", .integer(attempts)),
    ]
    if withPayload {
      members.append(("payload", .string(payloadText)))
      if String(validating: payload, as: UTF8.self) == nil {
        members.append(("payload_base64", .string(Data(payload).base64EncodedString())))
      }
    }
    return .object(members)
  }

  /// The payload as text; what is not UTF-8 in it is replaced.
  fileprivate var payloadText: String { String(decoding: payload, as: UTF8.self) }
}
