import JSON
import Messaging
import Testing
import Time

@Suite struct RetryPayloadTests {
  private static let due = Timestamp(milliseconds: 1_768_478_400_500)

  @Test(arguments: [
    (
      #"{"id":"a"}"#,
      #"{"id":"a","tentativas":1,"proxima_tentativa":"2026-01-15T12:00:00.5Z"}"#
    ),
    (
      #"{"tentativas":0,"id":"a","proxima_tentativa":"0001-01-01T00:00:00Z"}"#,
      #"{"tentativas":1,"id":"a","proxima_tentativa":"2026-01-15T12:00:00.5Z"}"#
    ),
    (
      "{ \"id\" : \"a\" ,\n\t\"tentativas\" : null, \"x\":12345678901234567890.10e-400,\r\n\"y\" : [1 ,2 ] }\n",
      "{ \"id\" : \"a\" ,\n\t\"tentativas\" : 1, \"x\":12345678901234567890.10e-400,\r\n\"y\" : [1 ,2 ] ,\"proxima_tentativa\":\"2026-01-15T12:00:00.5Z\"}\n"
    ),
    (
      #"{"z":"\u00e7\/","id":"a","cobranca":{"tentativas":7,"proxima_tentativa":"x"},"a":{"a":{}}}"#,
      #"{"z":"\u00e7\/","id":"a","cobranca":{"tentativas":7,"proxima_tentativa":"x"},"a":{"a":{}},"tentativas":1,"#
        + #""proxima_tentativa":"2026-01-15T12:00:00.5Z"}"#
    ),
    (
      #"{"t\u0065ntativas":0,"id":"a","proxima_tentativa":null}"#,
      #"{"t\u0065ntativas":1,"id":"a","proxima_tentativa":"2026-01-15T12:00:00.5Z"}"#
    ),
  ])
  func `sets what the queue keeps there and leaves every other byte`(before: String, after: String) {
    let payload = RetryPayload.rewrite(Array(before.utf8), attempts: 1, deferrals: 0, dueAt: Self.due)
    #expect(String(decoding: payload, as: UTF8.self) == after)
  }

  @Test(arguments: [
    (#"{"id":"a"}"#, 0, false), (#"{"id":"a"}"#, 2, true), (#"{"id":"a","adiamentos":3}"#, 0, true),
  ])
  func `writes deferrals where there is something to say`(before: String, deferrals: Int, isWritten: Bool) throws {
    let payload = RetryPayload.rewrite(Array(before.utf8), attempts: 1, deferrals: deferrals, dueAt: nil)
    let root = try JSONDocument(parsing: payload).root
    #expect(root["adiamentos"]?.integer == (isWritten ? deferrals : nil))
    #expect(root["proxima_tentativa"]?.string == "0001-01-01T00:00:00Z")
  }

  @Test(arguments: ["", "{", "[]", "1", "null", "\"id\"", "\u{FEFF}"])
  func `gives back unchanged what is no object`(text: String) {
    #expect(RetryPayload.rewrite(Array(text.utf8), attempts: 1, deferrals: 1, dueAt: nil) == Array(text.utf8))
  }

  @Test func `is read again with the counts and the time that it was given`() throws {
    var payload = Array(#"{"id":"a","telefone":"11988887777","texto":"oi"}"#.utf8)
    for attempt in 1...3 {
      payload = RetryPayload.rewrite(payload, attempts: attempt, deferrals: attempt * 2, dueAt: Self.due)
      let message = try Message(payload: payload)
      #expect(message.attempts == attempt)
      #expect(message.deferrals == attempt * 2)
      #expect(message.dueAt == Self.due)
    }
  }
}
