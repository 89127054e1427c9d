import Foundation
import Messaging
import Testing

@testable import Operations

@Suite struct NumberRecordsTests {
  private struct Seen: Equatable {
    let line: Int
    let text: String
  }

  private static func read(_ bytes: [UInt8], column: String? = nil, pieces: Int = 65_536) throws -> [Seen] {
    var rest = bytes[...]
    let records = try NumberRecords(column: column.flatMap { ColumnChoice("telefone=\($0)") }) {
      defer { rest = rest.dropFirst(pieces) }
      return Array(rest.prefix(pieces))
    }
    var seen: [Seen] = []
    while let record = try records.record() {
      switch record.outcome {
      case .success(let number): seen.append(Seen(line: record.line, text: number.digits))
      case .failure(let error): seen.append(Seen(line: record.line, text: error.description))
      }
    }
    #expect(try records.record() == nil)
    return seen
  }

  private static let ana = "5511988887777"
  private static let bia = "552133334444"

  @Test(
    arguments: [
      ("11988887777\n2133334444\n", [(1, ana), (2, bia)]), ("11988887777", [(1, ana)]),
      ("\u{FEFF}(11) 98888-7777\r\n\r\n+55 21 3333-4444\r\n", [(1, ana), (3, bia)]),
      ("\"11 98888-7777\"\n=\"2133334444\"\n", [(1, ana), (2, bia)]),
      ("5511988887777@s.whatsapp.net\nwhatsapp:+552133334444\n", [(1, ana), (2, bia)]),
      ("Telefone\n11988887777\n", [(2, ana)]),
      ("Nome;Celular\nAna;11988887777\nBia;2133334444\n", [(2, ana), (3, bia)]),
      ("Celular,Nome\n11988887777,\"Silva,\nAna\"\n2133334444,Bia\n", [(2, ana), (4, bia)]),
      ("sep=;\nNome;WhatsApp;\nAna;11988887777;\n", [(3, ana)]), ("id\tNúmero\n7\t11988887777\n", [(2, ana)]),
      ("Nome;Telefone;Mensagem;Texto\nAna;11988887777;a;b\n", [(2, ana)]), ("", []), ("\n \n", []),
      ("Telefone\n", []),
    ] as [(String, [(Int, String)])])
  func `reads one number a line, and the column of a CSV`(text: String, numbers: [(Int, String)]) throws {
    for pieces in [1, 7, 65_536] {
      #expect(try Self.read(Array(text.utf8), pieces: pieces) == numbers.map { Seen(line: $0, text: $1) })
    }
  }

  @Test func `reads the encodings of spreadsheets`() throws {
    let text = "Telefone do cliente;Observação\n11988887777;não\n"
    for encoding in [String.Encoding.windowsCP1252, .utf16LittleEndian] {
      let bytes = Array(try #require(text.data(using: encoding)))
      #expect(try Self.read(bytes) == [Seen(line: 2, text: Self.ana)])
    }
  }

  @Test func `takes the column that a person has named`() throws {
    let text = Array("Contato;Recado\n2133334444;11988887777\n".utf8)
    #expect(try Self.read(text, column: "contato") == [Seen(line: 2, text: Self.bia)])
    #expect(try Self.read(text, column: "Recado") == [Seen(line: 2, text: Self.ana)])
  }

  @Test(arguments: [
    ("11988887777\nabc\n2133334444\n", 2, "telefone: is no plausible"),
    ("11988887777\n988887777\n", 2, "telefone: has no area code"), ("190\n11988887777\n", 1, "service number"),
    ("Nome;Telefone\nAna\n", 2, "telefone: is missing"), ("Nome;Telefone\nAna;#N/D\n", 2, "telefone: is missing"),
    ("Nome;Telefone\nSilva;Ana;11988887777\n", 2, "there are 3 fields"),
    ("Telefone;Nome\n\"11988887777;Ana\n", 2, "quote"),
    ("5.51199E+12\n", 1, "exponent"), ("11988887777;Ana\n", 1, "headings: must be the first line"),
    ("Contato\n11988887777\n", 1, "--column telefone=HEADING; there are Contato"),
    ("Telefone;Celular\n1;2\n", 1, "each could be telefone"), ("[\"11988887777\"]", 1, "file: is JSON"),
    ("%PDF-1.4", 1, "file: is a PDF"), ("PK\u{3}\u{4}", 1, "file: is a spreadsheet"),
  ])
  func `names the line that holds no number`(text: String, line: Int, problem: String) throws {
    let seen = try Self.read(Array(text.utf8))
    let found = try #require(seen.first { !$0.text.allSatisfy(\.isNumber) })
    #expect(found.line == line && found.text.contains(problem), "\(found)")
    // Nobody's number is shown.
    #expect(!found.text.contains("88887777") && !found.text.contains("5.51"))
  }

  @Test func `a line without an end, or bytes of no encoding, stop nothing else`() throws {
    let long = Array("11988887777\n".utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 1_100_000)
    let seen = try Self.read(long + Array("\n2133334444\n".utf8))
    #expect(seen.map(\.line) == [1, 2, 3] && seen.last?.text == Self.bia && seen[1].text.contains("1 MiB"))
  }
}
