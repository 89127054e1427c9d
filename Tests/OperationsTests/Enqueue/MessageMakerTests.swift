import JSON
import Messaging
import Testing

@testable import Operations

@Suite struct MessageMakerTests {
  private let maker = MessageMaker(instance: nil, now: IntakeFixture.now)

  @Test func `an object that says when it was made stays byte for byte`() throws {
    let object = Array(
      #"{ "id":"a", "criado_em":"2026-01-01T00:00:00Z", "telefone":"11988880001", "texto":"oi", "x": 1.10 }"#.utf8)
    #expect(try maker.message(json: object, place: 1).payload == object)
  }

  @Test(arguments: [
    (
      #"{"id":"a","telefone":"11988880001","texto":"oi","x":1.10}"#,
      #"{"id":"a","telefone":"11988880001","texto":"oi","x":1.10,"criado_em":"2026-01-02T03:04:05Z"}"#
    ),
    (
      #"{"id":"a","criado_em":null,"telefone":"11988880001","texto":"{oi}"} "#,
      #"{"id":"a","criado_em":"2026-01-02T03:04:05Z","telefone":"11988880001","texto":"{oi}"} "#
    ),
    (
      #"{"id":"a","criado\u005fem":null,"telefone":"11988880001","texto":"oi"}"#,
      #"{"id":"a","criado\u005fem":"2026-01-02T03:04:05Z","telefone":"11988880001","texto":"oi"}"#
    ),
    (
      #"{"id":"a","telefone":"11988880001","texto":"criado_em }"}"#,
      #"{"id":"a","telefone":"11988880001","texto":"criado_em }","criado_em":"2026-01-02T03:04:05Z"}"#
    ),
    (#"{"id":"a"}"#, #"{"id":"a","criado_em":"2026-01-02T03:04:05Z"}"#),
  ])
  func `one that does not is told the time, and stays the same otherwise`(object: String, payload: String) throws {
    #expect(String(decoding: try maker.message(json: Array(object.utf8), place: 1).payload, as: UTF8.self) == payload)
  }

  @Test(arguments: [
    #"{"telefone":"11988880001","texto":"oi"}"#, #"{"id":null,"telefone":"11988880001","texto":"oi"}"#,
    #"{"id":"","telefone":"11988880001","texto":"oi"}"#,
  ])
  func `an object without an id gets one`(object: String) throws {
    let made = try maker.message(json: Array(object.utf8), place: 7)
    #expect(try Message(payload: made.payload).id == "json_1767323045000_7")
  }

  @Test(arguments: [
    "{}", #"{"instancia":"loja"}"#, #"{"id":null}"#, #"{"id":"a","id":"b","telefone":"11988880001","texto":"oi"}"#,
    #"{"telefone":null,"texto":"oi"}"#, #"{"telefone":"1","texto":"oi"}"#, "[]", "5", "", "{",
  ])
  func `what is no message without an id is none with one`(object: String) {
    #expect(throws: PayloadError.self) { try maker.message(json: Array(object.utf8), place: 1) }
  }

  @Test(arguments: [
    #"{"id":7,"telefone":"11988880001","texto":"oi"}"#, #"{"id":"a","telefone":11988880001,"texto":"oi"}"#,
  ])
  func `a number that the worker takes for a text is taken here, too`(object: String) {
    let worker = try? Message(payload: Array(object.utf8))
    #expect(((try? maker.message(json: Array(object.utf8), place: 1)) == nil) == (worker == nil))
  }

  @Test func `a text for all is filled in from the object's members`() throws {
    let text = try Template("Olá {nome}, são {valor} de {Valor Total}")
    let object = #"{"telefone":"11988880001","nome":"Ana","valor":49.90,"valor_total":"R$ 99","texto":null}"#
    let made = try maker.message(json: Array(object.utf8), place: 1, text: text)
    #expect(try JSONDocument(parsing: made.payload).root["texto"]?.string == "Olá Ana, são 49.90 de R$ 99")
    #expect(try Message(payload: made.payload).id == "json_1767323045000_1")
  }

  @Test(arguments: [
    (#"{"id":"a","telefone":"11988880001","texto":"oi","nome":"Ana"}"#, "texto"),
    (#"{"id":"a","telefone":"11988880001"}"#, "texto"), (#"{"id":"a","telefone":"11988880001","nome":""}"#, "texto"),
    (#"{"id":"a","telefone":"11988880001","nome":{"x":1}}"#, "texto"), (#"{"id":"a","nome":"Ana"}"#, "telefone"),
    (#"{"id":"a","nome":"Ana","cobranca":{}}"#, "cobranca"), ("{", "payload"), ("[]", "payload"),
  ])
  func `an object that can't have the text for all is told`(object: String, field: String) {
    let error = #expect(throws: PayloadError.self) {
      try maker.message(json: Array(object.utf8), place: 1, text: try Template("Olá {nome}"))
    }
    #expect(error?.field == field)
  }

  @Test func `what is added does not make a payload too large`() throws {
    let frame = #"{"id":"a","telefone":"11988880001","texto":"oi","x":""}"#
    let object = frame.replacing("\"x\":\"", with: "\"x\":\"" + String(repeating: "y", count: (1 << 20) - frame.count))
    #expect(object.utf8.count == 1 << 20 && (try? Message(payload: Array(object.utf8))) != nil)
    #expect(throws: PayloadError.self) { try maker.message(json: Array(object.utf8), place: 1) }
  }

  @Test func `one message is made of a number and a text`() throws {
    let made = try MessageMaker(instance: "loja", now: IntakeFixture.now).message(
      number: "(11) 98888-0001", text: "Olá \"Ana\"")
    let message = try Message(payload: made.payload)
    #expect(message.instance?.value == "loja" && message.createdAt == IntakeFixture.now)
    guard case .plain(let number, let text) = message.content else {
      Issue.record("not a plain message")
      return
    }
    #expect(number.digits == "5511988880001" && text == "Olá \"Ana\"")
  }

  @Test(arguments: [("12", "oi"), ("11988880001", " ")])
  func `what the worker would refuse does not get into a lane`(number: String, text: String) {
    #expect(throws: PayloadError.self) { try maker.message(number: number, text: text) }
  }

  @Test func `a load test's message is one`() throws {
    let message = try Message(payload: NewMessage.loadTest(7, run: "abc", now: IntakeFixture.now))
    #expect(message.id == "test_abc_7" && message.content == .loadTest && message.createdAt == IntakeFixture.now)
  }
}
