import Messaging
import Testing

@testable import Operations

@Suite struct MessageColumnsTests {
  @Test(arguments: [
    "telefone", "Telefone", " TELEFONE ", "Fone", "Tel.", "tel", "Celular", "cel.", "WhatsApp", "Whats App", "Zap",
    "Phone", "Phone Number", "Phone_Number", "Mobile", "Mobile Phone", "Número", "numero", "Número de telefone",
    "Número do celular", "Nº", "Telefone (com DDD)", "Celular c/ DDD", "DDD + Telefone", "Telefone 1", "Fone Celular",
    "Telefone/WhatsApp", "Telefone celular", "Phone 1 - Value", "cliente.telefone", "telefone_cliente", "MSISDN",
    "Telefone*", "\u{FEFF}telefone", "Cell Phone", "Número WhatsApp", "WhatsApp Number",
  ])
  func `a column of numbers is known by its usual names`(heading: String) throws {
    let isKnown = (try? MessageColumns(ColumnNames(["Nome", heading, "Mensagem"])))?.places[.number] == 1
    #expect(isKnown == !["Nº", "Celular c/ DDD"].contains(heading))
  }

  @Test(arguments: [
    (MessageField.text, ["texto", "Mensagem", "Message", "Text", "Msg", "MSG.", "Texto da mensagem"]),
    (.id, ["id", "ID", "Código", "cod", "Identificador", "message_id"]),
    (.instance, ["instancia", "Instância", "instance", "Instance Name"]),
  ])
  func `the other columns are, too`(field: MessageField, headings: [String]) throws {
    for heading in headings {
      let other = field == .text ? "Nome" : "Texto"
      #expect(try MessageColumns(ColumnNames(["Telefone", other, heading])).places[field] == 2, "\(heading)")
    }
  }

  /// What real systems write, as far as it matters; the column of numbers, or nil where a person has to name it.
  @Test(
    arguments: [
      ("ID,Código,Nome,Fantasia,Endereço,Número,Bairro,Fone,Fax,E-mail", "Fone"),
      ("ID,Código,Nome,Endereço,Número,Bairro,Fone,Fax,Celular,E-mail", nil),
      ("First Name,Last Name,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value", "Phone 1 - Value"),
      ("Name,Given Name,Group Membership,Phone 1 - Type,Phone 1 - Value", "Phone 1 - Value"),
      ("First Name,Business Phone,Home Phone,Mobile Phone,Primary Phone,Other Phone", "Mobile Phone"),
      ("Nome,Telefone comercial,Telefone residencial,Telefone celular", "Telefone celular"),
      ("Nome,Telefone comercial,Telefone residencial", nil), ("Nome,Telefone,Celular", nil),
      ("Nome,Telefone,Telefone 2", "Telefone"), ("Nome,Telefone,Número", "Telefone"), ("Nome,Contato", nil),
      ("Nome,Telefone,WhatsApp", nil), ("Nome,Telefone,telefone", nil), ("Nome,E-mail", nil),
      ("Nome,Telefone (mãe),Telefone (pai)", nil), ("Nome,Número,Number", nil),
      ("Order ID,Customer,Shipping Phone,Phone", "Phone"), ("Nome do cliente,DDD,Fone", "Fone"),
    ] as [(String, String?)])
  func `nobody's number is guessed`(line: String, number: String?) throws {
    let names = ColumnNames(line.split(separator: ",").map(String.init))
    guard let number else {
      let error = #expect(throws: PayloadError.self) { try MessageColumns(names, hasText: true) }
      #expect(error?.field == "headings")
      let isTwice = error?.problem.contains("rename all but one") == true
      #expect(isTwice || error?.problem.contains("--column telefone=") == true, "\(error?.problem ?? "")")
      return
    }
    let columns = try MessageColumns(names, hasText: true)
    #expect(columns.places[.number] == names.names.firstIndex(of: number))
  }

  @Test func `a column that is named is the one`() throws {
    let names = ColumnNames(["Telefone", "Celular", "Obs.", "Mensagem", "Texto"])
    let choices = ["telefone=celular", "texto=obs"].compactMap { ColumnChoice($0) }
    let columns = try MessageColumns(names, choices: choices)
    #expect(columns.places == [.number: 1, .text: 2])
  }

  @Test(arguments: [
    (["telefone=Fax"], "have no \"Fax\""), (["telefone=Obs"], "\"Obs\" more than once"),
    (["telefone=Celular", "id=celular"], "one column for two fields"),
  ])
  func `a choice that can't be followed is told`(choices: [String], words: String) {
    let names = ColumnNames(["Celular", "Obs", "Obs", "Texto"])
    let error = #expect(throws: PayloadError.self) {
      try MessageColumns(names, choices: choices.compactMap { ColumnChoice($0) })
    }
    #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
  }

  @Test func `an id is no reason to refuse a file that has one`() throws {
    #expect(try MessageColumns(ColumnNames(["Código", "ID", "Telefone", "Texto"])).places[.id] == 1)
    #expect(throws: PayloadError.self) { try MessageColumns(ColumnNames(["Código", "Cod", "Telefone", "Texto"])) }
  }

  @Test func `a text comes from one place`() throws {
    let names = ColumnNames(["Telefone", "Mensagem"])
    let error = #expect(throws: PayloadError.self) { try MessageColumns(names, hasText: true) }
    #expect(error?.problem.contains("\"Mensagem\"") == true && error?.problem.contains("--text") == true)
    #expect(throws: PayloadError.self) { try MessageColumns(ColumnNames(["Telefone", "Nome"])) }
    #expect(throws: PayloadError.self) { try MessageColumns(ColumnNames(["Telefone", "Mensagem", "Texto"])) }
    #expect(try MessageColumns(ColumnNames(["Telefone", "Nome"]), hasText: true).places == [.number: 0])
  }

  @Test(arguments: [["11988880001", "oi"], ["Ana", "+55 (11) 98888-0001"], ["Telefone 11988880001", "Texto"]])
  func `a line of data is not shown as headings`(line: [String]) {
    let error = #expect(throws: PayloadError.self) { try MessageColumns(ColumnNames(line)) }
    #expect(error?.problem.contains("first line") == true && error?.problem.contains("8888") == false)
  }

  @Test(
    arguments: [
      ("telefone=Contato", .number, "Contato"), ("Texto= Obs = x ", .text, "Obs = x"),
      ("instância=Loja", .instance, "Loja"),
      ("ID=a", .id, "a"),
    ] as [(String, MessageField, String)])
  func `a choice is a field and a heading`(text: String, field: MessageField, heading: String) {
    let choice = ColumnChoice(text)
    #expect(choice?.field == field && choice?.heading == heading)
  }

  @Test(arguments: ["telefone", "telefone=", "fone=x", "=x", ""])
  func `anything else is no choice`(text: String) { #expect(ColumnChoice(text) == nil) }
}
