import Delivery
import JSON
import Platform
import TestSupport
import Testing

@testable import ifinu

@Suite struct MessageRecordsTests {
  @Test func `lines are counted, blank ones skipped, bad ones told by number`() throws {
    let records = try records(
      [#"{"id":"a"}"#, "", "  \t", "{", #"{"id":"b","telefone":"1","texto":"x"}"#, #"{"id":"c"}"#].joined(
        separator: "\n"), .jsonl)
    #expect(records.map(\.line) == [1, 4, 5, 6])
    #expect(records.map { $0.field } == [nil, "payload", "telefone", nil])
  }

  @Test func `a line over 1 MiB is told, and the next one read`() throws {
    let records = try records(String(repeating: "x", count: (1 << 20) + 1) + "\n{\"id\":\"b\"}", .jsonl)
    #expect(records.map(\.line) == [1, 2] && records.map(\.field) == ["payload", nil])
  }

  @Test func `a CSV is read by its headings, whatever their case and order`() throws {
    let file = "Texto,TELEFONE,id,instancia,cidade\nOlá,11988880001,x1,loja,Santos\n\"a\nb\",11 98888-0002,x2,,\n"
    let records = try records(file, .csv)
    #expect(records.map(\.line) == [2, 3])
    #expect(records[0].text("texto") == "Olá" && records[0].text("telefone") == "11988880001")
    #expect(records[0].text("id") == "x1" && records[0].text("instancia") == "loja")
    #expect(records[1].text("texto") == "a\nb" && records[1].text("instancia") == nil)
    #expect(records.allSatisfy { $0.text("criado_em") == "2026-01-02T03:04:05Z" && $0.text("cidade") == nil })
  }

  @Test func `a byte order mark is no part of the first heading or message`() throws {
    let mark = "\u{FEFF}"
    #expect(try records(mark + "telefone;texto\n11988880001;oi", .csv).map(\.field) == [nil])
    #expect(try records(mark + #"{"id":"a"}"#, .jsonl).map(\.field) == [nil])
  }

  @Test func `a CSV that is not UTF-8 is refused, not sent mangled`() throws {
    let bytes = Array("telefone;texto\n11988880001;ol".utf8) + [0xE1, 0x0A] + Array("11988880002;tchau".utf8)
    let records = try records(bytes, .csv)
    #expect(records.map(\.field) == ["payload", nil])
    #expect(records[0].problem?.contains("UTF-8") == true)
  }

  @Test(arguments: [
    "11988887777,oi\n11988887778,oi\n", "11988887777,oi", "nome,telefone\nAna,11988887777\n", "texto\noi\n",
    "telefone,texto\r11988887777,oi\r", "\"telefone,texto\n11988887777,oi\n",
  ])
  func `a CSV without its headings is refused whole, and told how to mend it`(file: String) throws {
    let records = try records(file, .csv)
    #expect(records.map(\.line) == [1])
    #expect(records.map(\.field) == ["headings"])
  }

  @Test func `headings that are not UTF-8 are not replaced by the next line`() throws {
    let file = Array("telefone;texto;observa".utf8) + [0xE7] + Array("\n11988880001;oi;a\n11988880002;oi;b\n".utf8)
    let records = try records(file, .csv)
    #expect(records.map(\.field) == ["headings"])
    #expect(records[0].problem?.contains("UTF-8") == true)
  }

  @Test(arguments: ["sep=;\ntelefone;texto\n", " Telefone , Texto \n", "\"telefone\"\t,texto\n"])
  func `headings are found as spreadsheets write them`(headings: String) throws {
    let separator = headings.contains(";") ? ";" : ","
    let records = try records(headings + "11988880001\(separator)oi\n", .csv)
    #expect(records.map(\.field) == [nil])
    #expect(records.map { $0.text("texto") } == ["oi"])
  }

  @Test func `an empty id is like none`() throws {
    let records = try records("id,telefone,texto\n,11988880001,oi\n", .csv)
    #expect(records[0].text("id")?.hasPrefix("csv_") == true)
  }

  @Test(.hangLimit)
  func `quotes that open again and again cost no more than so many lines each`() throws {
    let lines = [String](repeating: "a\"b,\"c", count: 20_000)
    let records = try records("telefone,texto\n" + lines.joined(separator: "\n"), .csv)
    #expect(records.count > 0)
    #expect(records.allSatisfy { $0.field != nil })
  }

  @Test(arguments: ["11988880001;oi;a mais", "11988880001", ";", "11988880001;", ";oi", "12;oi"])
  func `a CSV line that is no message is told`(line: String) throws {
    let records = try records("telefone;texto\n\(line)\n11988880002;oi\n", .csv)
    #expect(records.count == 2 && records[0].field != nil && records[1].field == nil)
  }

  @Test func `the headings tell the separator, so that texts may hold the other one`() throws {
    let records = try records("texto;telefone\nOlá, Ana;11988880001\n", .csv)
    #expect(records.map { $0.text("texto") } == ["Olá, Ana"])
  }

  @Test(.hangLimit)
  func `a quote that is never closed costs one line, and not the file`() throws {
    let good = (1...30_000).map { "11988880001,mensagem de número \($0) com um texto como outro qualquer" }
    let file = "telefone,texto\n11988880001,\"aberta\n" + good.joined(separator: "\n")
    let records = try records(file, .csv)
    #expect(records.count == good.count + 1)
    #expect(records[0].line == 2 && records[0].problem == "a quote is not closed")
    #expect(records.dropFirst().allSatisfy { $0.field == nil } && records.last?.line == good.count + 2)
  }

  @Test func `an instance is given to those that name none`() throws {
    let now = try #require(Timestamp(rfc3339: "2026-01-02T03:04:05Z"))
    for (format, file) in [
      (MessageRecords.Format.jsonl, #"{"id":"a"}"# + "\n" + #"{"id":"b","instancia":"filial"}"#),
      (.csv, "telefone,texto,instancia\n11988880001,oi,\n11988880002,oi,filial\n"),
    ] {
      var rest = Array(file.utf8)
      var records = MessageRecords(format: format, instance: "matriz", now: now) { () throws(SystemError) in
        defer { rest = [] }
        return rest
      }
      var instances: [String?] = []
      while let record = try records.record() {
        instances.append(try JSONDocument(parsing: record.payload.get()).root["instancia"]?.string)
      }
      #expect(instances == ["matriz", "filial"])
    }
  }

  private struct Seen {
    let line: Int
    let payload: Result<[UInt8], PayloadError>

    var field: String? { error?.field }
    var problem: String? { error?.problem }

    private var error: PayloadError? {
      guard case .failure(let error) = payload else { return nil }
      return error
    }

    func text(_ name: String) -> String? {
      (try? payload.get()).flatMap { try? JSONDocument(parsing: $0).root[name]?.string }
    }
  }

  private func records(_ file: String, _ format: MessageRecords.Format) throws -> [Seen] {
    try records(Array(file.utf8), format)
  }

  private func records(_ file: [UInt8], _ format: MessageRecords.Format) throws -> [Seen] {
    let now = try #require(Timestamp(rfc3339: "2026-01-02T03:04:05Z"))
    var rest = file[...]
    var records = MessageRecords(format: format, now: now) { () throws(SystemError) in
      defer { rest = rest.dropFirst(65_536) }
      return Array(rest.prefix(65_536))
    }
    var seen: [Seen] = []
    while let record = try records.record() { seen.append(Seen(line: record.line, payload: record.payload)) }
    return seen
  }
}
