import ArgumentParser
import Delivery
import JSON
import Messaging
import Operations
import Platform
import Redis
import RedisQueue

/// `ifinu optout`
struct OptOutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optout",
    abstract: "Keeps the list of people who want no more messages.",
    discussion: """
      The list holds for everybody's messages, or with --tenant for one tenant's alone. A mobile number is the same with \
      its ninth digit and without it. Numbers are shown with their middle hidden.

      Examples:  ifinu optout add "11 98888-7777"
                 ifinu optout check "11 98888-7777"
                 ifinu optout import descadastrados.csv
                 cat numeros.txt | ifinu optout import -
      """,
    subcommands: [Add.self, Remove.self, Check.self, List.self, Import.self])

  /// Does something with the list, over a connection of its own.
  static func withOptOuts<Value>(
    _ flags: RedisFlags, _ body: (any OptOutStore) async throws(QueueError) -> Value
  ) async throws -> Value {
    let configuration = try Configuration.load([flags])
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let store = RedisOptOuts(over: connection, keys: configuration.redis.keys)
    return try await configuration.explainingFailures { () async throws(QueueError) in try await body(store) }
  }
}

/// Whose messages a command means.
struct OptOutTenant: ParsableArguments {
  @Option(help: ArgumentHelp("The tenant (usuarioId) whose messages are meant.", valueName: "uuid"))
  var tenant: String?

  func validate() throws {
    guard let tenant else { return }
    guard TenantID(tenant)?.isUUID == true else {
      throw ValidationError("--tenant takes a UUID that is not all zeros.")
    }
  }

  var scope: OptOutScope { tenant.flatMap { TenantID($0) }.map(OptOutScope.tenant) ?? .everyone }
}

/// The numbers that a command means.
struct OptOutNumbers: ParsableArguments {
  @Argument(help: "The numbers, with area code, in any common notation.")
  var numbers: [String]

  @OptionGroup var whose: OptOutTenant

  @Flag(help: "One JSON object for programs.")
  var json = false

  /// The numbers, all of them or none.
  ///
  /// - Throws: ``WorkFailure`` that says which can't be understood, and does not show it.
  func parsed() throws(WorkFailure) -> [PhoneNumber] {
    var parsed: [PhoneNumber] = []
    for (place, text) in numbers.enumerated() {
      do throws(PhoneNumberError) {
        parsed.append(try PhoneNumber(parsing: text))
      } catch {
        throw WorkFailure(message: numbers.count == 1 ? "the number \(error)" : "number \(place + 1) \(error)")
      }
    }
    return parsed
  }
}

extension OptOutCommand {
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Adds numbers: nothing is sent to them any more.")

    @OptionGroup var which: OptOutNumbers
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let numbers = try which.parsed()
      let added = try await withOptOuts(redis) { store throws(QueueError) in
        try await store.add(numbers, to: which.whose.scope)
      }
      try Output.writeLine(
        which.json
          ? JSONValue.object([("added", .integer(added))]).text : "\(counted(added, "number")) added")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Takes numbers out: they may be written to again.")

    @OptionGroup var which: OptOutNumbers
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let numbers = try which.parsed()
      let removed = try await withOptOuts(redis) { store throws(QueueError) in
        try await store.remove(numbers, from: which.whose.scope)
      }
      try Output.writeLine(
        which.json
          ? JSONValue.object([("removed", .integer(removed))]).text : "\(counted(removed, "number")) removed")
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says whether numbers have opted out.",
      discussion: "With --tenant it looks at that tenant's list and at everybody's, as a worker does.")

    @OptionGroup var which: OptOutNumbers
    @OptionGroup(title: "Queue") var redis: RedisFlags

    func run() async throws {
      let numbers = try which.parsed()
      let scope = which.whose.scope
      let (general, own) = try await withOptOuts(redis) { store throws(QueueError) in
        let general = try await store.contains(numbers, in: .everyone)
        return (general, scope == .everyone ? nil : try await store.contains(numbers, in: scope))
      }
      guard !which.json else { return try Output.writeLine(json(numbers, general, own).displayText) }
      var table = TextTable(["NUMBER", "OPTED OUT"])
      for (place, number) in numbers.enumerated() {
        let answer = general[place] ? "of all messages" : own?[place] == true ? "of this tenant's" : "no"
        table.add([number.description, answer])
      }
      try Output.write(table.text)
    }

    private func json(_ numbers: [PhoneNumber], _ general: [Bool], _ own: [Bool]?) -> JSONValue {
      .array(
        numbers.enumerated().map { place, number in
          var members: [(name: String, value: JSONValue)] = [
            ("number", .string(number.description)), ("opted_out", .boolean(general[place] || own?[place] == true)),
            ("of_all", .boolean(general[place])),
          ]
          if let own { members.append(("of_tenant", .boolean(own[place]))) }
          return .object(members)
        })
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists those who have opted out, in no order.",
      discussion: """
        One line each, and where there are more, the --cursor to go on with on the standard error stream. Redis gives \
        them in portions of its own: some more than --limit may come.
        """)

    @OptionGroup var whose: OptOutTenant

    @Option(help: "How many, about.")
    var limit = 50

    @Option(help: "Where the list before ended.")
    var cursor: String?

    @Flag(help: "Show the numbers whole.")
    var showNumbers = false

    @Flag(help: "One JSON object for programs.")
    var json = false

    @OptionGroup(title: "Queue") var redis: RedisFlags

    private static let pageSize = 1_000

    func validate() throws {
      guard (1...1_000_000).contains(limit), cursor.map({ UInt64($0) != nil }) ?? true else {
        throw ValidationError("--limit is from 1 to 1000000, --cursor what the list before said.")
      }
    }

    func run() async throws {
      let scope = whose.scope
      let (total, entries, next) = try await withOptOuts(redis) { store throws(QueueError) in
        let total = try await store.count(in: scope)
        var (entries, next): ([String], String?) = ([], cursor)
        repeat {
          let page = try await store.page(of: scope, from: next, count: min(Self.pageSize, limit - entries.count))
          entries += page.entries
          next = page.next
        } while next != nil && entries.count < limit
        return (total, entries, next)
      }
      let shown = entries.map(shown)
      if json {
        let report: JSONValue = [
          "total": .integer(total), "numbers": .array(shown.map(JSONValue.string)),
          "cursor": next.map(JSONValue.string) ?? .null,
        ]
        return try Output.writeLine(report.displayText)
      }
      try Output.write(shown.map { $0.onOneLine + "\n" }.joined())
      if total == 0 {
        StandardStream.error.writeLine("nobody has opted out")
      } else if let next {
        StandardStream.error.writeLine("\(shown.count) of \(total); go on with --cursor \(next)")
      }
    }

    /// An entry as it may be shown: others may have written anything there.
    private func shown(_ entry: String) -> String {
      showNumbers ? entry : PhoneNumber(entry)?.description ?? "***"
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds the numbers of a file.",
      discussion: """
        The file has one number a line, or is a CSV with headings, of which Telefone, Celular, WhatsApp and their like is \
        the number. Lines that hold none are reported by number, and the rest goes in; the exit code is 1 then.
        """)

    @Argument(help: ArgumentHelp("The file; - is the standard input.", valueName: "file"))
    var file: String

    @OptionGroup var whose: OptOutTenant

    @Option(
      help: ArgumentHelp("Which column of a CSV is the number, such as telefone=Contato.", valueName: "field=heading"),
      transform: { try Self.column($0) })
    var column: ColumnChoice?

    @Flag(help: "One JSON object for programs.")
    var json = false

    @OptionGroup(title: "Queue") var redis: RedisFlags

    private static func column(_ text: String) throws -> ColumnChoice {
      guard let choice = ColumnChoice(text), choice.field == .number else {
        throw ValidationError("--column takes telefone=HEADING.")
      }
      return choice
    }

    func run() async throws { try await withCancellationBySignals { try await add() } }

    private func add() async throws {
      let reader: FileReader
      do throws(SystemError) {
        reader = try FileReader(path: file)
      } catch {
        throw WorkFailure(message: "\(file) can't be read (\(error))")
      }
      let configuration = try Configuration.load([redis])
      let connection = try configuration.makeConnection()
      defer { connection.close() }
      let store = RedisOptOuts(over: connection, keys: configuration.redis.keys)
      let batches = NumberBatchReader(reader, column: column)
      var report = OptOutReport()
      while true {
        let batch = try await next(batches, after: report)
        for (error, line) in batch.problems {
          if let remark = report.problems.add(error, at: line) { StandardStream.error.writeLine(remark) }
        }
        do throws(WorkFailure) {
          let added = try await configuration.explainingFailures { () async throws(QueueError) in
            try await store.add(batch.numbers, to: whose.scope)
          }
          report.note(added, of: batch.numbers.count)
        } catch {
          let message = "\(error.message); \(Self.done(report))"
          if Task.isCancelled { throw Halted(done: message) }
          throw WorkFailure(message: message, exitCode: error.exitCode)
        }
        guard !batch.isLast else { break }
      }
      for remark in report.remarks { StandardStream.error.writeLine(remark) }
      try Output.writeLine(json ? report.json.text : report.text)
      guard !report.hasRefusals else { throw ExitCode(ExitStatus.failure) }
    }

    private func next(
      _ batches: NumberBatchReader, after report: OptOutReport
    ) async throws -> NumberBatchReader.Batch {
      do throws(SourceError) {
        return try await batches.next()
      } catch {
        if Task.isCancelled { throw Halted(done: Self.done(report)) }
        throw WorkFailure(message: "\(file) can't be read (\(error)); \(Self.done(report))")
      }
    }

    private static func done(_ report: OptOutReport) -> String { "\(counted(report.added, "number")) added before" }
  }
}
