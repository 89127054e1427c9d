import Messaging
import Testing

@testable import Operations

@Suite struct TemplateTests {
  private let names = ColumnNames(["Nome", "Valor da Fatura", "vazio", "erro", "chave", "Obs", "Obs", "nome completo"])
  private let row = [" Ana ", "R$ 1.234,56", "\u{A0}", "#N/D", "{nome}", "a", "b", "Ana Souza"]

  @Test(arguments: [
    ("Olá {nome}!", "Olá Ana!"), ("{NOME}", "Ana"), ("{ Nome }", "Ana"), ("{valor_da_fatura}", "R$ 1.234,56"),
    ("{Valor da fatura}", "R$ 1.234,56"), ("{nome}{nome}", "AnaAna"), ("sem nada", "sem nada"), ("", ""),
    ("{{x}}", "{x}"), ("{{{nome}}}", "{Ana}"), ("a }} b {{ c", "a } b { c"), ("{chave}", "{nome}"),
    ("{nome completo}", "Ana Souza"), ("👍🏽 {nome}\n{nome}", "👍🏽 Ana\nAna"), ("{{}}", "{}"),
  ])
  func `names in braces are filled in`(text: String, filled: String) throws {
    #expect(try fill(text) == filled)
  }

  @Test(arguments: [
    ("Olá {vazio}", "{vazio}, which is empty"), ("{erro}", "{erro}, which holds an error"),
    ("{cidade}", "{cidade}, which is no column; there are Nome, Valor da Fatura"), ("{obs}", "more than one"),
    ("{", "brace"), ("a } b", "brace"), ("{nome", "brace"), ("{}", "brace"), ("{ }", "brace"), ("{a{b}", "brace"),
    ("{11988880001}", "{…}, which"), ("{{nome}}", "single braces"), ("{{ Nome }}!", "single braces"),
    ("{nome}}", "brace"), ("nome}", "brace"),
  ])
  func `what can't be filled in is told`(text: String, words: String) {
    let error = #expect(throws: PayloadError.self) { try fill(text) }
    #expect(error?.field == "texto" && error?.problem.contains(words) == true, "\(error?.problem ?? "")")
  }

  @Test(arguments: ["{nome}", "{", "}}", "{{nome}}"])
  func `a literal text stays as it stands`(text: String) throws {
    #expect(try Template(literal: text).bound(to: names).filled { row[$0] } == text)
  }

  @Test func `a long name in a text is not shown whole`() {
    let error = #expect(throws: PayloadError.self) { try fill("{\(String(repeating: "segredo ", count: 20))}") }
    #expect((error?.problem.count ?? 999) < 250 && error?.problem.contains("segredo") == true)
  }

  private func fill(_ text: String) throws -> String {
    try Template(text).bound(to: names).filled { row[$0] }
  }
}
