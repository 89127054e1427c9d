import Delivery
import Foundation
import Glibc
import JSON
import Messaging
import TestSupport
import Testing

/// `ifinu enqueue` with the files that people have.
@Suite struct IntakeTests {
  private static let table = """
    Nome;Celular;Mensagem;Valor
    João;(11) 98888-0001;"Olá {nome}, são {valor}
    – até amanhã!";R$ 1.234,56
    ;;;
    Ana;11988880002;Olá, {NOME};R$ 1,00;;

    """.replacing("\n", with: "\r\n")

  @Test(
    .hangLimit,
    arguments: [
      ("windows.csv", String.Encoding.windowsCP1252, [], ";", "CSV, Windows-1252, separated by ;"),
      ("marked.csv", .utf8, [0xEF, 0xBB, 0xBF], ";", "CSV, UTF-8, separated by ;"),
      ("planilha.csv", .utf8, [], ",", "CSV, UTF-8, separated by commas"),
      ("planilha.tsv", .utf8, [], "\t", "CSV, UTF-8, separated by tabs"),
      ("unicode.txt", .utf16LittleEndian, [0xFF, 0xFE], "\t", "CSV, UTF-16LE, separated by tabs"),
      ("unicode", .utf16BigEndian, [0xFE, 0xFF], ";", "CSV, UTF-16BE, separated by ;"),
      ("sem-marca.txt", .utf16LittleEndian, [], "|", "CSV, UTF-16LE, separated by |"),
    ] as [(String, String.Encoding, [UInt8], String, String)])
  func `a table goes in however a spreadsheet has saved it`(
    name: String, encoding: String.Encoding, mark: [UInt8], separator: String, kind: String
  ) async throws {
    try await withScene { scene in
      let cells = Self.table.replacing(",", with: "\u{1}").replacing(";", with: separator)
      let text = separator == "," ? cells.replacing("\u{1}", with: "") : cells.replacing("\u{1}", with: ",")
      let file = try scene.file(name, bytes: Data(mark) + (try #require(text.data(using: encoding))))
      let outcome = try await scene.run("enqueue", file)
      #expect(outcome.end == .exited(0))
      #expect(outcome.errors == "\(file): \(kind), telefone from \"Celular\", texto from \"Mensagem\"\n")
      let comma = separator == "," ? "" : ","
      let waiting = try await scene.waiting()
      #expect(
        waiting.map { $0.root["texto"]?.string } == [
          "Olá João\(comma) são R$ 1.234\(comma)56\n– até amanhã!", "Olá\(comma) Ana",
        ])
      #expect(waiting.map { $0.root["telefone"]?.string } == ["(11) 98888-0001", "11988880002"])
    }
  }

  @Test(.hangLimit)
  func `a dry run shows what would go out, says all that is wrong, and needs no Redis`() async throws {
    let rows = (1...7).map { "11988880\(100 + $0);Cliente \($0)" }
    let table = (["Celular;Nome"] + rows + ["123;Ana", "11988880009;"]).joined(separator: "\n")
    let arguments = ["enqueue", "--dry-run", "--text", "Olá {nome}", "-"]
    // Port 1 is nobody's.
    let outcome = try await Program.run(arguments, input: table, ["IFINU_REDIS_URL": "redis://127.0.0.1:1/0"])
    #expect(outcome.end == .exited(1))
    let shown = (1...5).map { "line \($0 + 1), to 5511*****010\($0):\n  Olá Cliente \($0)\n\n" }.joined()
    #expect(
      outcome.output == shown + "dry run: 7 messages for whatsapp, 2 lines refused; nothing was enqueued\n")
    let errors = outcome.errors.split(separator: "\n")
    #expect(errors.count == 3 && errors[0] == "standard input: CSV, ASCII, separated by ;, telefone from \"Celular\"")
    #expect(errors[1].hasPrefix("line 9: telefone: "))
    #expect(errors[2] == "line 10: texto: wants {nome}, which is empty")

    let report = try await Program.run(arguments + ["--json"], input: table)
    let json = try JSONDocument(parsing: Array(report.output.utf8)).root
    #expect(json["enqueued"]?.integer == 0 && json["valid"]?.integer == 7 && json["refused"]?.integer == 2)
    #expect(json["dry_run"]?.boolean == true && json["preview"]?.elements.count == 5)
    #expect(json["problems"]?.elements.map { $0["lines"]?.elements.first?.integer } == [9, 10])
    #expect(json["file"]?["columns"]?["telefone"]?.string == "Celular")

    let one = try await Program.run(["enqueue", "--dry-run", "--number", "11 98888-0001", "--text", "Olá {nome}"])
    #expect(one.end == .exited(0))
    #expect(one.output == "to 5511*****0001:\n  Olá {nome}\n\ndry run: 1 message for whatsapp; nothing was enqueued\n")
  }

  @Test(.hangLimit)
  func `many faults are told by a few lines and then by counts, and repeated messages are noticed`() async throws {
    try await withScene { scene in
      let bad = (1...3_000).map { $0.isMultiple(of: 3) ? "11988880001;" : "123;oi" }
      let good = ["11988880001;oi", "11988880002;oi", "(11) 98888-0001;oi"]
      let file = try scene.file("a.csv", (["telefone;texto"] + bad + good).joined(separator: "\n"))
      let outcome = try await scene.run("enqueue", file)
      #expect(outcome.end == .exited(1))
      #expect(outcome.output == "3 messages enqueued in whatsapp, 3000 lines refused\n")
      let errors = outcome.errors.split(separator: "\n")
      try #require(errors.count == 25)
      #expect(errors[20].hasPrefix("line 21: ") && errors[21] == "2980 more lines refused; of all 3000:")
      #expect(errors[22].hasPrefix("  2000 × telefone: ") && errors[23].hasPrefix("  1000 × texto: "))
      #expect(errors[24].hasPrefix("warning: 1 message is the same") && errors[24].hasSuffix("line 3004"))
    }
  }

  @Test(.hangLimit)
  func `a large array on one line is read in little memory`() async throws {
    try await withScene { scene in
      let text = String(repeating: "segredo ", count: 500)
      let elements = (1...13_000).map { #"{"telefone":"\#(Messages.number(1))","texto":"\#($0) \#(text)"}"# }
      let file = try scene.file("grande.json", "[\(elements.joined(separator: ","))]")
      let child = try await scene.start("enqueue", file)
      var peak = 0
      try await eventually("the end of the file", every: .milliseconds(5)) {
        peak = max(peak, child.peakMemory ?? 0)
        return !child.isRunning
      }
      #expect(try await child.end() == .exited(0), "\(child.errors)")
      #expect((1_000_000..<80_000_000).contains(peak), "\(peak) bytes")
      #expect(try await scene.snapshot().lanes[.standard]?.length == elements.count)
    }
  }

  @Test(.hangLimit)
  func `a file whose columns are in doubt is refused whole`() async throws {
    try await withScene { scene in
      let file = try scene.file("a.csv", "Nome;Telefone;Celular;Texto\nAna;1133330001;11988880001;oi\n")
      let refused = try await scene.run("enqueue", file)
      #expect(refused.end == .exited(1) && refused.output == "0 messages enqueued in whatsapp, 1 line refused\n")
      #expect(refused.errors.contains("\"Telefone\" and \"Celular\"") && refused.errors.contains("--column telefone="))
      let named = try await scene.run("enqueue", "--column", "telefone=celular", file)
      #expect(named.end == .exited(0), "\(named.errors)")
      #expect(try await scene.waiting().map { $0.root["telefone"]?.string } == ["11988880001"])
    }
  }

  @Test(.hangLimit, arguments: [SIGINT, SIGTERM])
  func `an interrupted run says how many messages went in`(signal: Int32) async throws {
    try await withScene { scene in
      let pipe = try NamedPipe(in: scene.redis.directory)
      let child = try await scene.start("enqueue", pipe.path)
      let lines = (1...4_500).map { #"{"id":"\#($0)","telefone":"\#(Messages.number(1))","texto":"\#($0)"}"# + "\n" }
      pipe.write(lines.joined())
      try await eventually("the first messages", every: .milliseconds(10)) {
        try await scene.snapshot().lanes[.standard]?.length == 4_000
      }
      child.signal(signal)
      #expect(try await child.end() == .exited(128 + signal))
      let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
      #expect(child.errors == "ifinu: ended by \(name); 4000 messages went in before, up to line 4000\n")
      #expect(child.output.isEmpty)
      #expect(try await scene.snapshot().lanes[.standard]?.length == 4_000)
    }
  }

  @Test(.hangLimit)
  func `a run that waits for its first line ends at a signal`() async throws {
    try await withScene { scene in
      let pipe = try NamedPipe(in: scene.redis.directory)
      let child = try await scene.start("enqueue", "--dry-run", pipe.path)
      try await eventually("the reader", every: .milliseconds(5)) {
        ProcessTable.threads(of: child.processIdentifier).contains("intake")
      }
      child.signal(SIGTERM)
      #expect(try await child.end() == .exited(143))
      #expect(child.errors == "ifinu: ended by SIGTERM; 0 messages went in before\n")
    }
  }
}

/// A named pipe that stays open.
private final class NamedPipe: Sendable {
  let path: String
  private let handle: FileHandle

  init(in folder: URL) throws {
    path = folder.appendingPathComponent("pipe").path
    try #require(unsafe mkfifo(path, 0o600) == 0)
    // For reading, too, so that nobody else has to have it open.
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    try #require(descriptor >= 0)
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Writes a text from a thread of its own, since the pipe may be full.
  func write(_ text: String) {
    Thread.detachNewThread { [handle] in try? handle.write(contentsOf: Data(text.utf8)) }
  }
}
