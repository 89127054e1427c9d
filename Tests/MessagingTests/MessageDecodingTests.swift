import TestSupport
import Testing
import Time

@testable import Messaging

@Suite struct MessageDecodingTests {
  @Test func `reads a charge's notification as the original API writes it`() throws {
    let message = try Message(payload: Documents.charge())
    #expect(message.id == "lembrete_c1_1768467600")
    #expect(message.instance == nil)
    #expect(message.tenant == TenantID("7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f"))
    #expect(message.attempts == 0)
    #expect(message.deferrals == 0)
    #expect(message.dueAt == nil)
    #expect(message.createdAt == Timestamp(rfc3339: "2026-01-15T12:00:00.123456789Z"))
    #expect(message.waitingSince == message.createdAt)
    let expected = try ChargeNotification(
      occasion: .reminder, tenant: #require(TenantID("7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f")),
      number: #require(PhoneNumber("5511988887777")), customer: "Maria da Silva", cents: 14_990,
      dueDate: CalendarDate(year: 2026, month: 1, day: 18), summary: "Mensalidade",
      paymentLink: "https://asaas.com/i/1",
      company: "Padaria")
    #expect(message.content == .charge(expected))
  }

  @Test func `reads a plain message`() throws {
    let message = try Message(
      payload: Documents.plain(#""instancia":"loja","tentativas":2,"adiamentos":5,"prioridade":[1,{"x":null}]"#))
    #expect(message.content == .plain(number: try #require(PhoneNumber("11988887777")), text: "Olá ção 😀\n\"fim\""))
    #expect(message.instance == InstanceName("loja"))
    #expect(message.tenant == nil)
    #expect(message.attempts == 2)
    #expect(message.deferrals == 5)
    #expect(message.createdAt == nil)
  }

  /// What producers in PHP, Python, Node, Ruby and Go write where the original writes something else.
  @Test(arguments: [
    #"{"id":17,"telefone":11988887777,"texto":"oi"}"#,
    #"{"texto":"oi","telefone":5511988887777,"id":"17"}"#,
    #"{"id":"17","telefone":11988887777.0,"texto":"oi","tentativas":"0","proxima_tentativa":""}"#,
    #"{"id":"17","telefone":"\"11988887777\"","texto":"oi","instancia":null,"tentativas":null}"#,
    #"{"id":"17","telefone":"+55\u00a011\u200998888\u20137777","texto":"\u006f\u0069"}"#,
    #"{"id":"17","telefone":"5511988887777@s.whatsapp.net","texto":"oi","instancia":""}"#,
    "\u{FEFF}{\"id\":\"17\",\"telefone\":\"11988887777\",\"texto\":\"oi\"}\r\n",
  ])
  func `reads a plain message of any producer`(payload: String) throws {
    let message = try Message(payload: Array(payload.utf8))
    #expect(message.id == "17")
    #expect(message.content == .plain(number: try #require(PhoneNumber("5511988887777")), text: "oi"))
    #expect(message.attempts == 0)
    #expect(message.instance == nil)
    #expect(message.dueAt == nil)
  }

  @Test func `counts attempts that are written as a text`() throws {
    #expect(try Message(payload: Documents.plain(#""tentativas":"2","adiamentos":"1""#)).attempts == 2)
  }

  @Test(arguments: [
    #"{"id":"test_17"}"#,
    #" { "id" : "test_17" } "#,
    #"{"id":"test_17","tentativas":0,"proxima_tentativa":"0001-01-01T00:00:00Z","criado_em":"2026-01-15T09:00:00-03:00"}"#,
    #"{"id":"test_17","instancia":null,"adiamentos":null}"#,
    #"{"id":"test_17","telefone":null,"texto":null,"cobranca":null,"outro":null}"#,
    #"{"\u0069\u0064":"test\u005f17"}"#,
  ])
  func `reads a load test's message`(payload: String) throws {
    let message = try Message(payload: Array(payload.utf8))
    #expect(message.id == "test_17")
    #expect(message.content == .loadTest)
    #expect(message.attempts == 0)
  }

  @Test(arguments: [
    ("null", nil), (#""0001-01-01T00:00:00Z""#, nil),
    (#""2026-01-15T12:00:00Z""#, 1_768_478_400_000), (#""2026-01-15T09:00:00.25-03:00""#, 1_768_478_400_250),
  ])
  func `waits from the due time on`(written: String, milliseconds: Int?) throws {
    let message = try Message(
      payload: Documents.plain(#""criado_em":"2025-12-01T00:00:00Z","proxima_tentativa":\#(written)"#))
    #expect(message.dueAt == milliseconds.map(Timestamp.init(milliseconds:)))
    #expect(message.waitingSince == message.dueAt ?? message.createdAt)
  }

  @Test(arguments: [#""ontem""#, "17", "null", "{}", #""0001-01-01T00:00:00Z""#])
  func `sends in spite of a wrong time of enqueueing`(written: String) throws {
    #expect(try Message(payload: Documents.plain(#""criado_em":\#(written)"#)).createdAt == nil)
  }

  @Test(arguments: [
    ("0", 0), ("0.05", 5), ("149.9", 14_990), ("149.90", 14_990), ("1234.56", 123_456), ("1234567.89", 123_456_789),
    ("0.30000000000000004", 30), ("19.99", 1_999), ("1.1e1", 1_100), ("-0", 0), ("4.35", 435), ("100", 10_000),
    ("99999999.99", 9_999_999_999), (#""149.90""#, 14_990), (#""149,9""#, 14_990), (#""150""#, 15_000),
  ])
  func `reads an amount to the hundredth`(written: String, cents: Int) throws {
    let message = try Message(payload: Documents.charge(valor: written))
    guard case .charge(let notification) = message.content else {
      Issue.record("read as another document")
      return
    }
    #expect(notification.cents == cents)
  }

  @Test(arguments: ["lembrete", "vencimento", "pagamento"])
  func `knows the occasions`(name: String) throws {
    let message = try Message(payload: Documents.charge(tipo: #""\#(name)""#))
    guard case .charge(let notification) = message.content else {
      Issue.record("read as another document")
      return
    }
    #expect(notification.occasion.rawValue == name)
  }

  @Test func `takes null for what is not there`() throws {
    let payload = Documents.plain(#""cobranca":null,"tipo_notificacao":null"#)
    guard case .plain = try Message(payload: payload).content else {
      Issue.record("read as another document")
      return
    }
  }

  @Test func `reads nothing of a paid charge that its text does not say`() throws {
    let payload = Documents.charge(tipo: #""pagamento""#, vencimento: "17", more: #","x":1"#)
    guard case .charge(let notification) = try Message(payload: payload).content else {
      Issue.record("read as another document")
      return
    }
    #expect(notification.dueDate == nil)
    #expect(notification.paymentLink == nil)
  }

  @Test(arguments: [
    "7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f", "7B1F0F5E-0C5B-4B53-9B5E-2F7A0C1D2E3F", "7b1f0f5e0c5b4b539b5e2f7a0c1d2e3f",
    " {7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f}\n", "urn:uuid:7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f",
    "(7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f)", "\"7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f\"",
    "\u{FEFF}7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f",
  ])
  func `knows a tenant however its id is written`(written: String) throws {
    let tenant = try #require(TenantID(written))
    let canonical = "7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f"
    #expect(tenant.isUUID)
    #expect(tenant.spellings == (written == canonical ? [canonical] : [written, canonical]))
  }

  @Test(arguments: ["tenant-1", "0x", "undefined", "null", "NaN", "<nil>", "[object Object]", "[0 0 0 0]", "7b1f0f5e"])
  func `takes what is no UUID for nobody's id unless somebody has named it`(written: String) throws {
    #expect(try #require(TenantID(written)).isUUID == false)
  }

  @Test(arguments: [
    "00000000000000000000000000000000", "urn:uuid:00000000-0000-0000-0000-000000000000",
    "(00000000-0000-0000-0000-000000000000)", "\u{200B}00000000-0000-0000-0000-000000000000",
    "\"00000000-0000-0000-0000-000000000000\"",
  ])
  func `takes zeros for nobody's id however they are written`(written: String) {
    #expect(TenantID(written) == nil)
  }

  /// What PHP writes for an empty object or nothing, and for texts that are digits.
  @Test func `reads a charge whose optional members are empty, or numbers`() throws {
    let payload =
      #"{"id":"p","tipo_notificacao":"lembrete","cobranca":{"usuarioId":"7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f","#
      + #""valor":1,"dataVencimento":"2026-01-18 00:00:00","descricao":2026,"asaasPaymentUrl":false,"usuario":[],"#
      + #""cliente":{"telefone":"11988887777","nome":1001}},"tentativas":0.0,"adiamentos":""}"#
    let message = try Message(payload: Array(payload.utf8))
    guard case .charge(let notification) = message.content else {
      Issue.record("read as another document")
      return
    }
    #expect(notification.summary == "2026")
    #expect(notification.customer == "1001")
    #expect(notification.paymentLink == nil)
    #expect(notification.company == nil)
    #expect([message.attempts, message.deferrals] == [0, 0])
  }

  @Test(arguments: [#""cobranca":[],"tipo_notificacao":"""#, #""cobranca":"""#, #""cobranca":false"#])
  func `reads a plain message beside a charge's empty members`(more: String) throws {
    guard case .plain = try Message(payload: Documents.plain(more)).content else {
      Issue.record("read as another document")
      return
    }
  }

  @Test func `takes what the queue itself has added to the largest payload`() throws {
    let document = Documents.plain()
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: Message.maximumPayloadBytes - document.count)
    let again = RetryPayload.rewrite(document + padding, attempts: 2, deferrals: 1, dueAt: Timestamp(milliseconds: 0))
    #expect(again.count > Message.maximumPayloadBytes)
    #expect(try Message(payload: again).attempts == 2)
  }

  @Test func `does without what a charge need not say`() throws {
    let payload =
      #"{"id":"p","tipo_notificacao":"pagamento","cobranca":{"usuarioId":"t","valor":1,"dataVencimento":null,"#
      + #""descricao":" \n","asaasPaymentUrl":"","usuario":null,"cliente":{"telefone":"11988887777","nome":null}}}"#
    guard case .charge(let notification) = try Message(payload: Array(payload.utf8)).content else {
      Issue.record("read as another document")
      return
    }
    #expect(notification.customer == nil)
    #expect(notification.dueDate == nil)
    #expect(notification.summary == nil)
    #expect(notification.paymentLink == nil)
    #expect(notification.company == nil)
  }

  @Test func `takes ids and texts up to their limits`() throws {
    let id = String(repeating: "ç", count: 128)
    #expect(try Message(payload: Documents.plain(id: id)).id == id)
    let text = String(repeating: "😀", count: 65_536)
    guard case .plain(_, text) = try Message(payload: Documents.plain(texto: text)).content else {
      Issue.record("the text was not taken as it came")
      return
    }
  }

  @Test func `takes a payload of just a mebibyte`() throws {
    let document = Documents.plain()
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) - document.count)
    #expect(try Message(payload: document + padding).id == "m1")
    #expect(throws: PayloadError(field: "payload", problem: "is over 1048576 bytes")) {
      try Message(payload: document + padding + [UInt8(ascii: " ")])
    }
  }
}
