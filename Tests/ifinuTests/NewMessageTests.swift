import Delivery
import Testing

@testable import ifinu

@Suite struct NewMessageTests {
  private let now = Timestamp(milliseconds: 1_767_323_045_000)

  @Test func `a line that says when it was made stays byte for byte`() throws {
    let line = Array(
      #"{ "id":"a", "criado_em":"2026-01-01T00:00:00Z", "telefone":"11988880001", "texto":"oi", "x": 1.10 }"#.utf8)
    #expect(try NewMessage.payload(fromJSON: line, now: now).get() == line)
  }

  @Test func `a line that does not is told the time, and stays the same otherwise`() throws {
    let payload = try NewMessage.payload(
      fromJSON: Array(#"{"id":"a","telefone":"11988880001","texto":"oi","x":1.10}"#.utf8), now: now
    ).get()
    #expect(
      String(decoding: payload, as: UTF8.self)
        == #"{"id":"a","telefone":"11988880001","texto":"oi","x":1.10,"criado_em":"2026-01-02T03:04:05Z"}"#
    )
  }

  @Test func `one message is made of a number and a text`() throws {
    let payload = try NewMessage.payload(number: "(11) 98888-0001", text: "Olá \"Ana\"", instance: "loja", now: now)
      .get()
    let message = try Message(payload: payload)
    #expect(message.instance?.value == "loja" && message.createdAt == now)
    guard case .plain(let number, let text) = message.content else {
      Issue.record("not a plain message")
      return
    }
    #expect(number.digits == "5511988880001" && text == "Olá \"Ana\"")
  }

  @Test(arguments: [("12", "oi", nil), ("11988880001", " ", nil), ("11988880001", "oi", "a\tb")])
  func `what the worker would refuse does not get into a lane`(number: String, text: String, instance: String?) {
    #expect(throws: PayloadError.self) {
      try NewMessage.payload(number: number, text: text, instance: instance, now: now).get()
    }
  }

  @Test func `a load test's message is one`() throws {
    let message = try Message(payload: NewMessage.loadTest(7, run: "abc", now: now))
    #expect(message.id == "test_abc_7" && message.content == .loadTest && message.createdAt == now)
  }
}
