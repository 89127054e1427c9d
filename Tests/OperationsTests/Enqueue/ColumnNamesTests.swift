import Testing

@testable import Operations

@Suite struct ColumnNamesTests {
  @Test(arguments: [
    ("Número de telefone", "numerodetelefone"), (" TELEFONE: ", "telefone"), ("Fone_1", "fone1"), ("Tel.", "tel"),
    ("E-mail", "email"), ("Código", "codigo"), ("Co\u{301}digo", "codigo"), ("nº", "n"), ("1ª via", "1via"),
    ("\u{A0}Nome\u{FEFF}", "nome"), ("Phone 1 - Value", "phone1value"), ("AÇÃO", "acao"), ("---", ""), ("имя", "имя"),
  ])
  func `case, accents, blanks and punctuation do not count`(name: String, folded: String) {
    #expect(ColumnNames.folded(name) == folded)
  }

  @Test func `a name is found as it is written, or else as it is meant`() {
    let names = ColumnNames([" Nome ", "NOME:", "Cidade", "", "Valor", "valor", "Data"])
    #expect(names.find("Nome") == .one(0) && names.find("NOME:") == .one(1) && names.find("nome") == .several)
    #expect(names.find("cidade") == .one(2) && names.find(" CIDADE ") == .one(2))
    #expect(names.find("valor") == .one(5) && names.find("VALOR") == .several)
    #expect(names.find("") == .none && names.find("estado") == .none && names.find("-") == .none)
  }

  @Test func `a list of names stays short, and on one line`() {
    #expect(ColumnNames(["a", "", "b\r\n c", "d"]).listed == "a, b c, d")
    let many = ColumnNames((1...40).map { "c\($0)" } + [String(repeating: "x", count: 99)]).listed
    #expect(many.hasPrefix("c1, c2") && many.hasSuffix("c30, and 11 more"))
    #expect(ColumnNames.shown(String(repeating: "x", count: 99)).count == 41)
  }
}
