import Foundation
import Messaging
import TestSupport
import Testing

@testable import Operations

@Suite struct MessageRecordsTests {
  private let csv = IntakeFixture(format: .csv)
  private let jsonl = IntakeFixture(format: .jsonl)

  @Test func `lines are counted, blank ones skipped, bad ones told by number`() throws {
    let records = try jsonl.read(
      [#"{"id":"a"}"#, "", "  \t", "{", #"{"id":"b","telefone":"1","texto":"x"}"#, #"{"id":"c"}"#].joined(
        separator: "\n"))
    #expect(records.map(\.line) == [1, 4, 5, 6])
    #expect(records.map { $0.field } == [nil, "payload", "telefone", nil])
  }

  @Test func `a line over 1 MiB is told, and the next one read`() throws {
    let long = String(repeating: "x", count: (1 << 20) + 1)
    let records = try jsonl.read(long + "\n{\"id\":\"b\"}")
    #expect(records.map(\.line) == [1, 2] && records.map(\.field) == ["payload", nil])
    let rows = try csv.read("telefone;texto\n11988880001;\(long)\n11988880002;oi\n")
    #expect(rows.map(\.line) == [2, 3] && rows.map(\.field) == ["payload", nil])
    #expect(try csv.read(long + "\n11988880002;oi\n").map(\.field) == ["headings"])
  }

  @Test func `a CSV is read by its headings, whatever their case and order`() throws {
    let file = "Texto,TELEFONE,id,instancia,cidade\nOlá,11988880001,x1,loja,Santos\n\"a\nb\",11 98888-0002,x2,,\n"
    let records = try csv.read(file)
    #expect(records.map(\.line) == [2, 3])
    #expect(records[0].text("texto") == "Olá" && records[0].text("telefone") == "11988880001")
    #expect(records[0].text("id") == "x1" && records[0].text("instancia") == "loja")
    #expect(records[1].text("texto") == "a\nb" && records[1].text("instancia") == nil)
    #expect(records.allSatisfy { $0.text("criado_em") == "2026-01-02T03:04:05Z" && $0.text("cidade") == nil })
  }

  @Test func `a byte order mark is no part of the first heading or message`() throws {
    let mark = "\u{FEFF}"
    for format in [nil, FileFormat.csv] {
      #expect(try IntakeFixture(format: format).read(mark + "telefone;texto\n11988880001;oi").map(\.field) == [nil])
    }
    for format in [nil, FileFormat.jsonl, .json] {
      #expect(try IntakeFixture(format: format).read(mark + #"{"id":"a"}"#).map(\.field) == [nil])
    }
  }

  @Test(arguments: [
    "11988887777,oi\n11988887778,oi\n", "11988887777,oi", "nome,telefone\nAna,11988887777\n", "texto\noi\n",
    "\"telefone,texto\n11988887777,oi\n", "oops", "Telefone;Celular;Texto\n1;2;3\n", "telefone;texto;texto\n",
  ])
  func `a CSV without its headings is refused whole, and told how to mend it`(file: String) throws {
    let records = try csv.read(file)
    #expect(records.map(\.line) == [1])
    #expect(records.map(\.field) == ["headings"])
  }

  @Test(arguments: [
    ("sep=;\ntelefone;texto", ";"), (" Telefone , Texto ", ","), ("\"telefone\"\t,texto", ","),
    ("\n\ntelefone;texto", ";"), ("\u{A0}Telefone\u{A0};\u{FEFF}Texto;", ";"), ("\"Telefone\r\n(DDD)\";texto", ";"),
    ("telefone|texto", "|"), ("telefone\ttexto", "\t"), ("sep=\t\ntelefone\ttexto", "\t"),
    ("\"sep=;\"\r\ntelefone;texto\r", ";"), ("\"telefone;texto\"", ";"), ("Telefone;Texto, ou recado", ";"),
  ])
  func `headings are found as spreadsheets write them`(headings: String, separator: String) throws {
    let fixture = IntakeFixture(columns: headings.contains("recado") ? ["texto=texto, ou recado"] : [])
    let records = try fixture.read("\(headings)\n11988880001\(separator)oi\n")
    #expect(records.map(\.field) == [nil])
    #expect(records.map { $0.text("texto") } == ["oi"])
  }

  @Test func `an empty id is like none`() throws {
    let records = try csv.read("id,telefone,texto\n,11988880001,oi\nnull,11988880001,oi\n")
    #expect(records.map { $0.text("id") } == ["csv_1767323045000_2", "csv_1767323045000_3"])
  }

  @Test(.hangLimit)
  func `quotes that open again and again cost no more than so many lines each`() throws {
    let lines = [String](repeating: "a\"b,\"c", count: 20_000)
    let records = try csv.read("telefone,texto\n" + lines.joined(separator: "\n"))
    #expect(records.count > 0)
    #expect(records.allSatisfy { $0.field != nil })
  }

  @Test(arguments: [
    "11988880001;oi;a mais", "11988880001", "11988880001;", ";oi", "12;oi", "11988880001;#N/D", "11988880001;NULL",
    "11988880001;\u{A0}", "TOTAL;;", "11988880001,oi",
  ])
  func `a CSV line that is no message is told`(line: String) throws {
    let records = try csv.read("telefone;texto\n\(line)\n11988880002;oi\n")
    #expect(records.count == 2 && records[0].field != nil && records[1].field == nil)
  }

  @Test(arguments: ["", ";", ";;;;", "  ;\t", "\"\";\"\"", "\u{A0};", "\u{FEFF}"])
  func `rows that are empty are passed over`(line: String) throws {
    let records = try csv.read("telefone;texto\n\(line)\n11988880002;oi\n")
    #expect(records.map(\.line) == [3] && records[0].field == nil)
  }

  @Test func `fields may be missing or empty at the end where they are not needed`() throws {
    let records = try csv.read(
      "telefone;texto;obs;;\n11988880001;oi\n11988880001;oi;x;;;;\n11988880001;oi;x;y\n11988880001;{obs}\n")
    #expect(records.map(\.field) == [nil, nil, "payload", "texto"])
    let needed = try csv.read("telefone;texto;instancia\n11988880001;oi\n11988880001;oi;\n")
    #expect(needed.map(\.field) == ["payload", nil])
  }

  @Test func `the headings tell the separator, so that texts may hold the other one`() throws {
    let records = try csv.read("texto;telefone\nOlá, Ana: R$ 1.234,56;11988880001\n")
    #expect(records.map { $0.text("texto") } == ["Olá, Ana: R$ 1.234,56"])
  }

  @Test(.hangLimit)
  func `a quote that is never closed costs one line, and not the file`() throws {
    let good = (1...30_000).map { "11988880001,mensagem de número \($0) com um texto como outro qualquer" }
    let file = "telefone,texto\n11988880001,\"aberta\n" + good.joined(separator: "\n")
    let records = try csv.read(file)
    #expect(records.count == good.count + 1)
    #expect(records[0].line == 2 && records[0].problem == "a quote is not closed")
    #expect(records.dropFirst().allSatisfy { $0.field == nil } && records.last?.line == good.count + 2)
  }

  @Test func `an instance is given to those that name none`() throws {
    for (format, file) in [
      (FileFormat.jsonl, #"{"id":"a"}"# + "\n" + #"{"id":"b","instancia":"filial"}"#),
      (.json, #"[{"id":"a","instancia":""},{"id":"b","instancia":"filial"}]"#),
      (.csv, "telefone,texto,instancia\n11988880001,oi,\n11988880002,oi, filial \n"),
    ] {
      let records = try IntakeFixture(format: format, instance: "matriz").read(file)
      #expect(records.map { $0.text("instancia") } == ["matriz", "filial"])
    }
  }

  @Test func `a program's word for nothing is no instance`() throws {
    #expect(try csv.read("telefone,texto,instancia\n11988880001,oi,NULL\n").map(\.field) == ["instancia"])
  }

  @Test func `texts are filled in line by line`() throws {
    let file = """
      Nome;Celular;Mensagem;Valor
      Ana;11988880001;Olá {nome}, são {VALOR};R$ 10,00
      {valor};11988880002;Olá {nome};1
      ;11988880003;Olá {nome};1
      Zé;11988880004;Olá {cidade};1
      Zé;11988880005;Olá {{Zé}};1
      Zé;11988880006;:-};1

      """
    let records = try csv.read(file)
    #expect(
      records.map { $0.text("texto") } == ["Olá Ana, são R$ 10,00", "Olá {valor}", nil, nil, "Olá {Zé}", nil])
    #expect(records[3].problem?.contains("Nome, Celular, Mensagem, Valor") == true)
    #expect(try IntakeFixture(isLiteral: true).read(file).map { $0.text("texto") }.suffix(2) == ["Olá {{Zé}}", ":-}"])
  }

  @Test func `one text may serve for all`() throws {
    let file = "Celular;Nome\n11988880001;Ana\n11988880002;\n11988880003;{nome}\n"
    let records = try IntakeFixture(text: "Olá {nome}!").read(file)
    #expect(records.map { $0.text("texto") } == ["Olá Ana!", nil, "Olá {nome}!"])
    #expect(try IntakeFixture(text: "Olá {cidade}!").read(file).map(\.field) == ["texto"])
    #expect(
      try IntakeFixture(text: "Olá {cidade}!", isLiteral: true).read(file).map { $0.text("texto") }
        == [String](repeating: "Olá {cidade}!", count: 3))
    #expect(try IntakeFixture(text: "Oi!").read("telefone\n11988880001\n").map { $0.text("texto") } == ["Oi!"])
    #expect(try IntakeFixture(text: "Oi!").read("telefone;texto\n11988880001;x\n").map(\.field) == ["headings"])
    let json = try IntakeFixture(text: "Olá {nome}!").read(
      #"[{"telefone":"11988880001","nome":"Ana"},{"telefone":"11988880001","nome":"Ana","texto":"x"}]"#)
    #expect(json.map { $0.text("texto") } == ["Olá Ana!", nil])
  }

  @Test func `a column that is named is taken, also where the headings leave it open`() throws {
    let file = "Telefone;Celular;Recado\n1133330001;11988880001;oi\n"
    let chosen = IntakeFixture(columns: ["telefone=celular", "texto=recado"])
    #expect(try chosen.read(file).map { $0.text("telefone") } == ["11988880001"])
    #expect(try chosen.read(#"{"telefone":"11988880001","texto":"x"}"#).map(\.field) == ["file"])
  }

  @Test func `what a spreadsheet wrote as a formula is its text, and an exponent no number`() throws {
    let records = try csv.read(
      [
        "telefone;texto;id", #"="11988880001";="Olá ""Ana""";="0012""#, #""=""11988880002""";oi;1"#,
        "5,51199E+12;oi;2", "5.51199E+12;oi;3",
      ].joined(separator: "\n"))
    #expect(records.map { $0.text("telefone") } == ["11988880001", "11988880002", nil, nil])
    #expect(records[0].text("texto") == "Olá \"Ana\"" && records[0].text("id") == "0012")
    // Whatever it is, it is what the number's own check says.
    let payload = Array(#"{"id":"a","telefone":"5,51199E+12","texto":"x"}"#.utf8)
    let reason = #expect(throws: PayloadError.self) { try Message(payload: payload) }
    #expect(records[2].field == "telefone" && records[2].problem == reason?.problem)
  }

  @Test(arguments: [1, 3, 100, 65_536])
  func `the outcome is the same however the file comes in pieces`(size: Int) throws {
    let text = "Celular;Mensagem\r\n11988880001;\"Olá\r\nJoão\"\r\n;\r\n12;x\r\n11988880002;ação\r\n"
    for encoding in [String.Encoding.utf8, .windowsCP1252, .utf16LittleEndian, .utf16BigEndian] {
      let records = try IntakeFixture(pieces: size).read(try text.bytes(encoding))
      #expect(records.map(\.line) == [2, 5, 6], "\(encoding)")
      #expect(records.map { $0.text("texto") } == ["Olá\nJoão", nil, "ação"], "\(encoding)")
    }
  }

  @Test func `what is no character of its file is refused by line`() throws {
    let head = "telefone;texto\n11988880001;Olá, você\n"
    let late = try csv.readAll(Array((head + "11988880002;ol").utf8) + [0xE1, 0x0A] + Array("11988880003;é\n".utf8))
    #expect(late.records.map(\.field) == [nil, "payload", nil] && late.kind?.encoding == .utf8)
    #expect(late.records[1].problem?.contains("UTF-8") == true && late.records[1].line == 3)
    let early = try csv.readAll(try head.bytes(.windowsCP1252) + [0x81, 0x0A] + Array("11988880002;Olá, você\n".utf8))
    #expect(early.records.map(\.field) == [nil, "payload", "payload"] && early.kind?.encoding == .windows1252)
    #expect(early.records[1].problem?.contains("not Windows-1252") == true)
    let half = try csv.read(try head.bytes(.utf16LittleEndian) + [0x3D, 0xD8] + (try ";x\n".bytes(.utf16LittleEndian)))
    #expect(half.map(\.field) == [nil, "payload"])
  }

  @Test func `the first accent decides, wherever it stands`() throws {
    let ascii = (1...20_000).map { "11988880001;mensagem sem acento de numero \($0)\n" }.joined()
    for encoding in [String.Encoding.utf8, .windowsCP1252] {
      let file = try ("telefone;texto\n" + ascii + "11988880002;João\n").bytes(encoding)
      let (records, kind) = try IntakeFixture().readAll(file)
      #expect(records.count == 20_001 && records.last?.text("texto") == "João" && records.last?.line == 20_002)
      #expect(kind?.encoding == (encoding == .utf8 ? .utf8 : .windows1252))
    }
  }

  @Test func `a text of an old Mac or of DOS is refused, and not sent mangled`() throws {
    let file = "telefone;texto\r11988880001;Olá, você não é João\r11988880002;oi\r"
    #expect(try IntakeFixture().read(file.macRoman).map(\.field) == ["file"])
    let late = [UInt8]("telefone;texto\n".utf8) + Array(String(repeating: "11988880001;oi\n", count: 10_000).utf8)
    let records = try IntakeFixture().read(late + "11988880002;não é João\n11988880003;oi\n".macRoman)
    #expect(records.suffix(3).map(\.field) == [nil, "payload", nil])
  }

  @Test(arguments: [
    "PK\u{3}\u{4}\u{14}\u{0}", "%PDF-1.4\n", "<table><tr><td>Telefone", "BEGIN:VCARD\nVERSION:3.0\n",
    "a\u{0}b\u{0}\u{0}c",
  ])
  func `a file that is no text is refused whole`(file: String) throws {
    #expect(try IntakeFixture().read(file).map(\.field) == ["file"])
    #expect(try IntakeFixture(format: .csv).read(file).map(\.field) == ["file"])
  }

  @Test func `JSON is read as lines, as an array, and as objects over many lines`() throws {
    let objects = [
      #"{"telefone":"11988880001","texto":"um"}"#, #"{"id":null,"telefone":"11988880002","texto":"dois"}"#,
      #"{"telefone":"1","texto":"x"}"#,
    ]
    let pretty = objects.map { $0.replacing(",", with: ",\n  ").replacing("{", with: "{\n  ") }
    let files: [(String, [Int])] = [
      (objects.joined(separator: "\n"), [1, 2, 3]), (objects.joined(separator: "\r\n"), [1, 2, 3]),
      (objects.joined(separator: "\r"), [1, 2, 3]), ("[\(objects.joined(separator: ","))]", [1, 1, 1]),
      ("[\n\(objects.joined(separator: ",\n"))\n]\n", [2, 3, 4]), (pretty.joined(separator: "\n"), [1, 4, 8]),
      ("[\(pretty.joined(separator: ",\n"))]", [1, 4, 8]),
    ]
    for (file, lines) in files {
      for mark in ["", "\u{FEFF}"] {
        let records = try IntakeFixture().read(mark + file)
        #expect(records.map(\.line) == lines, "\(file)")
        #expect(
          records.map { $0.text("texto") } == ["um", "dois", nil] && records.last?.field == "telefone", "\(file)")
        #expect(Set(records.prefix(2).map { $0.text("id") }).count == 2)
      }
    }
  }

  @Test func `where JSON breaks off, what came before is read`() throws {
    let one = #"{"telefone":"11988880001","texto":"um"}"#
    let files: [(String, [String?])] = [
      ("[\(one),\n{\"a\":", [nil, "payload"]), ("[\(one)", [nil, "payload"]), ("[\(one)\n\(one)]", [nil, "payload"]),
      ("[\(one)]\nx", [nil, "payload"]), ("{\n\"telefone\":\n", ["payload"]),
      ("[\(one),[1],\"x\",\(one)]", [nil, "payload", "payload", nil]),
    ]
    for (file, fields) in files {
      #expect(try IntakeFixture().read(file).map(\.field) == fields, "\(file)")
    }
  }

  @Test func `an empty file has no messages`() throws {
    for file in ["", "\n\n", "\u{FEFF}", "[]", "telefone;texto\n"] { #expect(try IntakeFixture().read(file).isEmpty) }
  }
}
