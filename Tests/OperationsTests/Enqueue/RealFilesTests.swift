import Foundation
import Testing

@testable import Operations

/// Files as real people get them out of the systems that they have.
@Suite struct RealFilesTests {
  struct File: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fixture: IntakeFixture
    let bytes: [UInt8]
    /// The number and text of each message, or `!` and words of why there is none.
    let outcome: [String]

    init(
      _ name: String, _ text: String, as encoding: String.Encoding = .utf8, mark: [UInt8] = [],
      with fixture: IntakeFixture = IntakeFixture(), gives outcome: String...
    ) {
      testDescription = name
      self.fixture = fixture
      bytes = mark + Array(text.data(using: encoding) ?? Data())
      self.outcome = outcome
    }
  }

  private static let hello = IntakeFixture(text: "Oi {nome}")

  private static let spreadsheets = [
    File(
      "Excel in Brazil, CSV", "Nome;Celular;Mensagem\r\nJoão;(11) 98888-0001;Olá {nome}, R$ 1.234,56\r\n;;\r\n",
      as: .windowsCP1252, gives: "(11) 98888-0001 Olá João, R$ 1.234,56"),
    File(
      "Excel, CSV UTF-8", "Nome;Celular;Mensagem\r\nJoão;11988880001;Olá {nome}\r\n", mark: [0xEF, 0xBB, 0xBF],
      gives: "11988880001 Olá João"),
    File(
      "Excel, Unicode text", "Nome\tCelular\tMensagem\r\nJoão\t11988880001\t\"Olá\n{nome}\"\r\n",
      as: .utf16LittleEndian, mark: [0xFF, 0xFE], gives: "11988880001 Olá\nJoão"),
    File(
      "Excel on an old Mac", "Celular;Mensagem\r11988880001;\"Oi\nAna\"\r11988880002;Oi\r",
      gives: "11988880001 Oi\nAna", "11988880002 Oi"),
    File("Excel with its own line", "sep=;\r\nFone;Msg\r\n11988880001;Oi\r\n", gives: "11988880001 Oi"),
    File(
      "Excel with texts as formulas", "Telefone;Texto;Matrícula\r\n=\"11988880001\";Nº {matricula};=\"00123\"\r\n",
      as: .windowsCP1252, gives: "11988880001 Nº 00123"),
    File(
      "Excel after opening a CSV with commas", "telefone,texto\n11988880001,oi\n\"11988880002,\"\"Olá, Ana\"\"\"\n",
      gives: "11988880001 oi", "11988880002 Olá, Ana"),
    File(
      "lines taken for single fields", "\"telefone,texto\"\n\"11988880001,oi\"\n\"11988880002,\"\"Olá, Ana\"\"\"\n",
      gives: "11988880001 oi", "11988880002 Olá, Ana"),
    File(
      "a text that stands alone", "texto;telefone\n\"Olá; 11988880001\"\nOi;11988880002\n", gives: "!fields",
      "11988880002 Oi"),
    File(
      "Excel with columns that were once used", "Telefone;Texto;;;\r\n11988880001;oi\r\n11988880002;oi;;;\r\n;;;;\r\n",
      gives: "11988880001 oi", "11988880002 oi"),
    File(
      "Excel with a broken formula", "Telefone;Texto;Nome\r\n11988880001;Oi {nome};#N/D\r\n11988880002;#VALOR!;Ana\r\n",
      gives: "!{nome}, which holds an error", "!texto: holds an error"),
    File(
      "Google Sheets, TSV", "Nome\tWhatsApp\tTexto\nJoão\t+55 11 98888-0001\tOlá, {NOME}!\n",
      gives: "+55 11 98888-0001 Olá, João!"),
    File(
      "Google Sheets, CSV", "Nome,WhatsApp,Texto\nJoão,11988880001,\"Olá, {nome}: R$ 1,50\"\n",
      gives: "11988880001 Olá, João: R$ 1,50"),
    File(
      "LibreOffice, all quoted",
      "\"Nome\",\"Celular\",\"Mensagem\"\n\"Ana \"\"Nana\"\"\",\"11988880001\",\"Oi {nome}\"\n",
      gives: "11988880001 Oi Ana \"Nana\""),
    File(
      "a sum at the end", "Telefone;Texto;Valor\n11988880001;oi;10,00\nTOTAL;;10,00\n", gives: "11988880001 oi",
      "!telefone"),
    File(
      "a title before the headings", "Clientes de junho;;\n;;\nTelefone;Texto;\n11988880001;oi;\n", gives: "!first line"
    ),
    File("no headings", "Ana;11988880001;oi\n", gives: "!first line, and it holds a number"),
  ]

  private static let systems = [
    File(
      "Bling",
      "ID;Código;Nome;Endereço;Número;Contatos;Fone;Celular;E-mail\r\n1;7;Ana;Rua Á;12;;1133330001;11988880001;\r\n",
      as: .windowsCP1252, with: hello, gives: "!\"Fone\" and \"Celular\""),
    File(
      "Bling, with the column named",
      "ID;Código;Nome;Endereço;Número;Contatos;Fone;Celular;E-mail\r\n1;7;Ana;Rua Á;12;;1133330001;11988880001;\r\n",
      as: .windowsCP1252, with: IntakeFixture(columns: ["telefone=celular"], text: "Oi {nome}"),
      gives: "11988880001 Oi Ana"),
    File(
      "Conta Azul", "Nome,E-mail,CNPJ/CPF,Telefone,Celular\nAna,,,,11988880001\n", with: hello,
      gives: "!\"Telefone\" and \"Celular\""),
    File(
      "Tiny", "ID;Código;Nome;Fone;E-mail\n1;A;Ana;(11) 98888-0001;\n", with: hello, gives: "(11) 98888-0001 Oi Ana"),
    File(
      "Google Contacts",
      "First Name,Last Name,Labels,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"
        + "Ana,Souza,* myContacts,,Mobile,+55 11 98888-0001,,\n"
        + "Zé,,* myContacts,,Mobile,+55 11 98888-0002 ::: +55 11 3333-0001,,\n",
      with: IntakeFixture(text: "Oi {First Name}"), gives: "+55 11 98888-0001 Oi Ana", "!telefone"),
    File(
      "Outlook",
      "\"First Name\",\"Business Phone\",\"Home Phone\",\"Mobile Phone\"\r\n\"Ana\",\"\",\"\",\"+55 (11) 98888-0001\"\r\n",
      with: IntakeFixture(text: "Oi {first name}"), gives: "+55 (11) 98888-0001 Oi Ana"),
    File(
      "Outlook in Portuguese",
      "\"Nome\",\"Telefone comercial\",\"Telefone celular\"\r\n\"Zé\",\"\",\"11988880001\"\r\n", as: .windowsCP1252,
      with: hello, gives: "11988880001 Oi Zé"),
    File(
      "Shopify", "Order,Shipping Phone,Billing Phone\n#1,11988880001,11988880001\n", with: hello,
      gives: "!--column telefone="),
    File("a sheet of contacts", "Nome;Contato\nAna;11988880001\n", with: hello, gives: "!--column telefone="),
    File(
      "a sheet of contacts, named", "Nome;Contato\nAna;11988880001\n",
      with: IntakeFixture(columns: ["telefone=contato"], text: "Oi {nome}"), gives: "11988880001 Oi Ana"),
    File("only numbers", "Telefone\r\n11988880001\r\n\r\n", with: IntakeFixture(text: "Oi!"), gives: "11988880001 Oi!"),
    File(
      "a database", "id|telefone|nome\n1|5511988880001|Ana\n2|5511988880002|NULL\n", with: hello,
      gives: "5511988880001 Oi Ana", "!{nome}, which holds"),
    File(
      "somebody's own names", "Nome Completo;Fone p/ contato;Recado\nAna;11988880001;Oi {nome_completo}\n",
      with: IntakeFixture(columns: ["telefone=Fone p/ contato", "texto=recado"]), gives: "11988880001 Oi Ana"),
    File(
      "a choice of what is not there", "Nome;Fone\nAna;11988880001\n",
      with: IntakeFixture(columns: ["telefone=Cel"], text: "Oi"), gives: "!no \"Cel\""),
    File(
      "spaces that don't break", "\u{A0}Celular\u{A0};Texto\n\u{A0}(11)\u{A0}98888\u{2011}0001\u{A0};Oi\n",
      gives: "\u{A0}(11)\u{A0}98888\u{2011}0001\u{A0} Oi"),
    File("a heading over two lines", "\"Telefone\n(com DDD)\";Texto\n11988880001;Oi\n", gives: "11988880001 Oi"),
  ]

  private static let programs = [
    File(
      "PowerShell",
      "[\r\n    {\r\n        \"telefone\":  \"11988880001\",\r\n        \"texto\":  \"Olá\"\r\n    }\r\n]\r\n",
      as: .utf16LittleEndian, mark: [0xFF, 0xFE], gives: "11988880001 Olá"),
    File(
      "json.dumps",
      "[{\"telefone\": \"11988880001\", \"texto\": \"Ol\\u00e1\"}, {\"telefone\": \"1\", \"texto\": \"x\"}]",
      gives: "11988880001 Olá", "!telefone"),
    File(
      "jq",
      "{\n  \"telefone\": \"11988880001\",\n  \"texto\": \"{nome}\"\n}\n{\n  \"telefone\": \"11988880002\",\n  \"texto\": \"b\"\n}\n",
      gives: "11988880001 {nome}", "11988880002 b"),
    File(
      "jq -c, marked", "\u{FEFF}{\"telefone\":\"11988880001\",\"texto\":\"a\",\"id\":null}\n", gives: "11988880001 a"),
    File("an answer of an API", "{\"data\":[{\"telefone\":\"11988880001\",\"texto\":\"a\"}]}", gives: "!id"),
    File(
      "JSON of an old system", "{\"telefone\":\"11988880001\",\"texto\":\"Olá\"}\n", as: .windowsCP1252,
      gives: "11988880001 Olá"),
    File(
      "members as columns", "[{\"telefone\":\"11988880001\",\"Nome\":\"Ana\"}]", with: hello,
      gives: "11988880001 Oi Ana"),
  ]

  @Test(arguments: spreadsheets + systems + programs)
  func `each is read, or refused with what to do`(file: File) throws {
    let records = try file.fixture.read(file.bytes)
    try #require(records.count == file.outcome.count, "\(records.map { $0.problem ?? "" })")
    for (record, expected) in zip(records, file.outcome) {
      if expected.hasPrefix("!") {
        let problem = "\(record.field ?? ""): \(record.problem ?? "")"
        #expect(problem.contains(expected.dropFirst()), "\(problem)")
      } else {
        #expect("\(record.text("telefone") ?? "") \(record.text("texto") ?? "")" == expected, "\(record.problem ?? "")")
      }
    }
  }
}
