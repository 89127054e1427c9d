import Testing

@testable import Operations

@Suite struct CSVDialectTests {
  @Test(
    arguments: [
      ("telefone;texto", ";"), ("telefone,texto", ","), ("telefone\ttexto", "\t"), ("telefone|texto", "|"),
      ("telefone", nil), ("", nil), ("\"Nome, completo\";Telefone;Texto", ";"), ("Nome, completo;Telefone;Texto", ";"),
      ("Telefone,Texto (sem ; nem aspas)", ","), ("\"a;b\",\"c\"", ","), ("a;b,c", ";"), ("a,b,c;d", ","),
      ("Nome\tTelefone, com DDD\tMensagem", "\t"), ("Celular;A,B,C,D", ";"),
    ] as [(String, String?)])
  func `the headings tell the separator`(line: String, separator: String?) {
    let found = CSVDialect.separator(of: Array(line.utf8)) { heading in
      MessageField.allCases.contains { $0.isHeaded(by: heading) }
    }
    #expect(found == separator?.utf8.first)
  }

  @Test(
    arguments: [
      ("a\nb", 0x0A), ("a\r\nb", 0x0A), ("a\rb", 0x0D), ("a", 0x0A), ("a\r", 0x0A), ("\"a\rb\"\nc", 0x0A),
      ("\"a\nb\"\rc", 0x0D), ("\r\r", 0x0D), ("", 0x0A),
    ] as [(String, UInt8)])
  func `the first line tells what ends lines`(text: String, end: UInt8) {
    #expect(CSVDialect.lineEnd(Array(text.utf8)) == end)
  }

  @Test(
    arguments: [
      ("sep=;", ";"), ("SEP=,", ","), ("\"sep=\t\"", "\t"), ("sep=", nil), ("sep=;;", nil), ("separador", nil),
    ] as [(String, String?)])
  func `a line may name the separator`(line: String, separator: String?) {
    #expect(CSVDialect.named(in: Array(line.utf8)) == separator?.utf8.first)
  }
}
