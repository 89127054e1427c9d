import ArgumentParser
import Delivery
import JSON
import Platform
import RedisQueue

/// `ifinu enqueue`
struct EnqueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enqueue",
    abstract: "Puts messages into a lane: a file of JSON lines or CSV, or one message.",
    discussion: """
      A file of any size is read line by line. Lines that are no messages are reported by number, and the rest goes \
      in; the exit code is 1 then. CSV has a row of headings: telefone and texto, perhaps id and instancia.

      Examples:  ifinu enqueue messages.jsonl
                 ifinu enqueue --lane urgente clientes.csv
                 cat messages.jsonl | ifinu enqueue -
                 ifinu enqueue --number "11 98888-7777" --text "Olá!" --instance loja
      """)

  @Argument(help: ArgumentHelp("The file; - is the standard input.", valueName: "file"))
  var file: String?

  @Option(help: "The lane: urgente, whatsapp or baixa.", transform: { try Self.lane($0) })
  var lane: Lane = .standard

  @Option(help: "How the file is written: jsonl or csv; without it, the file's name tells.")
  var format: MessageRecords.Format?

  @Option(help: "The recipient of one message.")
  var number: String?

  @Option(help: "The text of one message.")
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

  func validate() throws {
    guard (number == nil) == (text == nil) else { throw ValidationError("--number and --text go together.") }
    guard (file == nil) != (number == nil) else {
      throw ValidationError("Name a file (- for the standard input), or one message by --number and --text.")
    }
    guard format == nil || file != nil else { throw ValidationError("--format is for a file.") }
    guard instance.map({ InstanceName($0) != nil }) ?? true else {
      throw ValidationError("--instance must be 1 to 128 of A-Z a-z 0-9 - . _ ~, and not . or ..")
    }
  }

  func run() async throws {
    let configuration = try Configuration.load([redis])
    let connection = try configuration.makeConnection()
    defer { connection.close() }
    let producer = RedisProducer(over: connection, keys: configuration.redis.keys)
    let now = Timestamp(nanoseconds: WallClock.nanoseconds)
    if let number, let text {
      switch NewMessage.payload(number: number, text: text, instance: instance, now: now) {
      case .failure(let error): throw WorkFailure(message: "\(error)")
      case .success(let payload):
        try await reaching(configuration) { () async throws(QueueError) in
          try await producer.enqueue([payload], to: lane)
        }
      }
      try report(enqueued: 1, refused: 0, from: nil)
    } else if let file {
      try await enqueue(file, through: producer, configuration, now)
    }
  }

  private func enqueue(
    _ file: String, through producer: RedisProducer, _ configuration: Configuration, _ now: Timestamp
  ) async throws {
    let reader: FileReader
    do {
      reader = try FileReader(path: file)
    } catch {
      throw WorkFailure(message: "\(file) can't be read (\(error))")
    }
    let format = format ?? (file.lowercased().hasSuffix(".csv") ? .csv : .jsonl)
    var records = MessageRecords(format: format, instance: instance, now: now) { () throws(SystemError) in
      try reader.read()
    }
    var batch = EnqueueBatch()
    var progress = ProgressBar("enqueue")
    var enqueued = 0
    var refused = 0

    func flush() async throws {
      guard !batch.isEmpty else { return }
      let payloads = batch.take()
      do throws(WorkFailure) {
        try await reaching(configuration) { () async throws(QueueError) in
          try await producer.enqueue(payloads, to: lane)
        }
      } catch {
        throw WorkFailure(message: "\(error.message); \(enqueued) messages went in before", exitCode: error.exitCode)
      }
      enqueued += payloads.count
      progress.show(reader.size.map { Double(records.bytesRead) / Double(max(1, $0)) }, "\(enqueued) messages")
    }

    func nextRecord() throws(WorkFailure) -> MessageRecords.Record? {
      do {
        return try records.record()
      } catch {
        throw WorkFailure(message: "\(file) can't be read (\(error)); \(enqueued) messages went in before")
      }
    }

    while let record = try nextRecord() {
      switch record.payload {
      case .success(let payload):
        batch.add(payload)
        if batch.isFull { try await flush() }
      case .failure(let error):
        refused += 1
        StandardStream.error.writeLine("line \(record.line): \(error)")
      }
    }
    try await flush()
    progress.finish("\(enqueued) messages")
    try report(enqueued: enqueued, refused: refused, from: file)
    guard refused == 0 else { throw ExitCode(ExitStatus.failure) }
  }

  private func report(enqueued: Int, refused: Int, from file: String?) throws {
    if json {
      let report: JSONValue = [
        "lane": .string(lane.name), "enqueued": .integer(enqueued), "refused": .integer(refused),
      ]
      return try Output.writeLine(report.text)
    }
    let lines = file == nil ? "" : ", \(counted(refused, "line")) refused"
    try Output.writeLine("\(counted(enqueued, "message")) enqueued in \(lane.name)\(lines)")
  }
}

/// Payloads on their way to Redis together.
private struct EnqueueBatch {
  private static let maximumCount = 1_000
  private static let maximumBytes = 1 << 20

  private var payloads: [[UInt8]] = []
  private var bytes = 0

  var isEmpty: Bool { payloads.isEmpty }
  var isFull: Bool { payloads.count >= Self.maximumCount || bytes >= Self.maximumBytes }

  mutating func add(_ payload: [UInt8]) {
    payloads.append(payload)
    bytes += payload.count
  }

  mutating func take() -> [[UInt8]] {
    defer { self = Self() }
    return payloads
  }
}

extension MessageRecords.Format: ExpressibleByArgument {}
