import ArgumentParser
import Delivery
import JSON
import Messaging
import Operations
import Platform
import Redis
import RedisQueue
import Time

/// `ifinu enqueue`
struct EnqueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enqueue",
    abstract: "Puts messages into a lane: a file of CSV or JSON, or one message.",
    discussion: """
      A file of any size is read line by line: CSV as Excel, Google Sheets and other systems write it, JSON lines, a \
      JSON array. Lines that are no messages are reported by number, and the rest goes in; the exit code is 1 then.

      CSV begins with a row of headings. Telefone, Celular, WhatsApp and their like are the number, Texto, Mensagem \
      and their like the text, Id or Código the id, Instância the instance; --column names any other. Texts may name \
      columns in braces, "Olá {nome}", which are filled in for each line.

      Examples:  ifinu enqueue --dry-run clientes.csv
                 ifinu enqueue --lane urgente clientes.csv
                 ifinu enqueue --text "Olá {nome}!" clientes.csv
                 ifinu enqueue --column telefone=Contato clientes.csv
                 cat messages.jsonl | ifinu enqueue -
                 ifinu enqueue --number "11 98888-7777" --text "Olá!" --instance loja

      docs/ENQUEUE.md has all of it.
      """)

  @Argument(help: ArgumentHelp("The file; - is the standard input.", valueName: "file"))
  var file: String?

  @Option(help: "The lane: urgente, whatsapp or baixa.", transform: { try Self.lane($0) })
  var lane: Lane = .standard

  @Option(help: "How the file is written: csv, jsonl (a line each) or json (an array); without it, its content tells.")
  var format: FileFormat?

  @Option(
    name: .customLong("column"), parsing: .singleValue,
    help: ArgumentHelp(
      "Which column of a CSV is telefone, texto, id or instancia, such as telefone=Contato; may be repeated.",
      valueName: "field=heading"),
    transform: { try Self.column($0) })
  var columns: [ColumnChoice] = []

  @Flag(help: "Texts go out as they stand, braces and all.")
  var literal = false

  @Flag(name: .customLong("dry-run"), help: "Shows the first messages and all that is wrong, and enqueues nothing.")
  var isDryRun = false

  @Option(help: "The recipient of one message.")
  var number: String?

  @Option(help: "The text of one message, or of all messages of a file that has none of its own.")
  var text: String?

  @Option(help: "The WhatsApp instance of messages that name none.")
  var instance: String?

  @Flag(help: "One JSON object for programs.")
  var json = false

  @OptionGroup(title: "Queue") var redis: RedisFlags

  private static func lane(_ name: String) throws -> Lane {
    guard let lane = Lane(rawValue: name) else {
      throw ValidationError("\"\(name)\" is no lane; there is \(Lane.allCases.map(\.name).joined(separator: ", ")).")
    }
    return lane
  }

  private static func column(_ text: String) throws -> ColumnChoice {
    guard let choice = ColumnChoice(text) else {
      let fields = MessageField.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--column takes FIELD=HEADING; the fields are \(fields).")
    }
    return choice
  }

  func validate() throws {
    guard (file == nil) != (number == nil), file != nil || text != nil else {
      throw ValidationError("Name a file (- for the standard input), or one message by --number and --text.")
    }
    guard file != nil || format == nil && columns.isEmpty && !literal else {
      throw ValidationError("--format, --column and --literal are for a file.")
    }
    let chosen = columns.map(\.field)
    guard Set(chosen).count == chosen.count, text == nil || !chosen.contains(.text) else {
      throw ValidationError("--column names a field once, and not texto with --text.")
    }
    if file != nil, let text {
      do throws(PayloadError) { _ = try template(text) } catch { throw ValidationError("--text \(error.problem).") }
    }
    guard instance.map({ InstanceName($0) != nil }) ?? true else {
      throw ValidationError("--instance must be 1 to 255 bytes without control characters")
    }
  }

  func run() async throws { try await withCancellationBySignals { try await enqueue() } }

  private func enqueue() async throws {
    let maker = MessageMaker(instance: instance, now: Timestamp(nanoseconds: WallClock.nanoseconds))
    guard !isDryRun else { return try await enqueue(maker) { _ throws(WorkFailure) in } }
    let configuration = try Configuration.load([redis])
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let producer = RedisProducer(over: connection, keys: configuration.redis.keys)
    try await enqueue(maker) { payloads throws(WorkFailure) in
      try await configuration.explainingFailures { () async throws(QueueError) in
        try await producer.enqueue(payloads, to: lane)
      }
    }
  }

  private func enqueue(
    _ maker: MessageMaker, _ put: @escaping @Sendable ([[UInt8]]) async throws(WorkFailure) -> Void
  ) async throws {
    var report = IntakeReport(lane: lane, isDryRun: isDryRun)
    if let file {
      report = try await self.report(on: file, maker, report, put)
      for remark in report.remarks { StandardStream.error.writeLine(remark) }
    } else if let number, let text {
      let message: NewMessage
      do throws(PayloadError) {
        message = try maker.message(number: number, text: text)
      } catch {
        throw WorkFailure(message: "\(error)")
      }
      try await put([message.payload])
      report.messages = 1
      if isDryRun { report.previews = [Preview(try Message(payload: message.payload), line: nil)] }
    }
    try Output.writeLine(json ? report.json(isFile: file != nil).text : report.text(isFile: file != nil))
    guard !report.hasRefusals else { throw ExitCode(ExitStatus.failure) }
  }

  private func report(
    on file: String, _ maker: MessageMaker, _ report: IntakeReport,
    _ put: @escaping @Sendable ([[UInt8]]) async throws(WorkFailure) -> Void
  ) async throws -> IntakeReport {
    let reader: FileReader
    do throws(SystemError) {
      reader = try FileReader(path: file)
    } catch {
      throw WorkFailure(message: "\(file) can't be read (\(error))")
    }
    var order = IntakeOrder(maker: maker)
    order.fileName = file
    order.format = format
    order.columns = columns
    order.text = try text.map(template)
    order.isLiteral = literal
    return try await EnqueueRun(
      file: reader, fileName: file, reader: BatchReader(reader, order, report), put: put
    ).run()
  }

  private func template(_ text: String) throws(PayloadError) -> Template {
    literal ? Template(literal: text) : try Template(text)
  }
}

extension FileFormat: ExpressibleByArgument {}
