import Testing

@testable import Operations

@Suite struct FileKindTests {
  @Test(arguments: [
    (
      FileKind(
        format: .csv, encoding: .windows1252,
        columns: FileKind.Columns(separator: 0x3B, headings: [.number: "Telefone", .instance: "Instância"])),
      "CSV, Windows-1252, separated by ;"
    ),
    (
      FileKind(
        format: .csv, encoding: .utf16LittleEndian,
        columns: FileKind.Columns(separator: 0x09, headings: [.text: "Mensagem", .number: "Fone\nCelular"])),
      "CSV, UTF-16LE, separated by tabs, telefone from \"Fone Celular\", texto from \"Mensagem\""
    ),
    (FileKind(format: .csv, encoding: .ascii, columns: FileKind.Columns(separator: nil, headings: [:])), "CSV, ASCII"),
    (FileKind(format: .csv, encoding: .utf8, columns: nil), "CSV, UTF-8"),
    (FileKind(format: .json, encoding: .utf8, columns: nil), "JSON, UTF-8"),
    (FileKind(format: .jsonl, encoding: .utf16BigEndian, columns: nil), "JSON lines, UTF-16BE"),
  ])
  func `what a file is taken for is said in one line`(kind: FileKind, text: String) {
    #expect(kind.text == text && !kind.isPlain)
  }

  @Test func `JSON lines in UTF-8 go without saying`() {
    #expect(FileKind(format: .jsonl, encoding: .utf8, columns: nil).isPlain)
    #expect(FileKind(format: .jsonl, encoding: .ascii, columns: nil).isPlain)
  }
}
