import JSON
import Testing
import Time

@testable import EvolutionAPI

@Suite struct StoredMessageTests {
  private static let key = #""key":{"remoteJid":"5511988887777@s.whatsapp.net","fromMe":true,"id":"3EB0"}"#

  @Test(arguments: [
    (#"{"conversation":"Oi"}"#, "Oi"), (#"{"extendedTextMessage":{"text":"Oi"}}"#, "Oi"),
    (#"{"ephemeralMessage":{"message":{"extendedTextMessage":{"text":"Oi"}}}}"#, "Oi"),
    (#"{"messageContextInfo":{},"conversation":"a\n"}"#, "a\n"), (#"{"imageMessage":{"caption":"Oi"}}"#, nil),
    ("{}", nil), ("null", nil), (#""Oi""#, nil),
    (#"{"a":{"message":{"a":{"message":{"a":{"message":{"a":{"message":{"conversation":"x"}}}}}}}}}"#, nil),
  ])
  func `a record's text is read`(message: String, text: String?) throws {
    let record = try Self.record(#"{\#(Self.key),"message":\#(message),"messageTimestamp":1757464274}"#)
    #expect(
      record
        == StoredMessage(
          id: "3EB0", isFromInstance: true, addresses: [RecipientAddress("5511988887777@s.whatsapp.net")], text: text,
          time: Timestamp(milliseconds: 1_757_464_274_000)))
  }

  @Test(arguments: [
    ("1757464274", 1_757_464_274), (#""1757464274""#, 1_757_464_274), ("0", 0), ("-1", nil), ("1e3", nil),
    ("1757464274000000", nil), (#""ontem""#, nil), ("null", nil), (#"{"low":1757464274,"high":0}"#, nil),
  ])
  func `a record's time is seconds, as a number or a text`(time: String, seconds: Int?) throws {
    let record = try Self.record(#"{\#(Self.key),"messageTimestamp":\#(time)}"#)
    #expect(record.time == seconds.map { Timestamp(milliseconds: $0 * 1_000) })
  }

  @Test(arguments: [
    (#"{"key":{"remoteJid":"1@lid","remoteJidAlt":"2@s.whatsapp.net","id":""}}"#, ["1@lid", "2@s.whatsapp.net"]),
    (#"{"key":{"remoteJid":null,"fromMe":"true"}}"#, []), ("{}", []), ("7", []),
  ])
  func `what is missing or of another kind is not there`(json: String, addresses: [String]) throws {
    let record = try Self.record(json)
    #expect(record.id == nil && !record.isFromInstance && record.text == nil && record.time == nil)
    #expect(record.addresses.map(\.text) == addresses)
  }

  @Test(arguments: [
    (#"{"messages":{"total":0,"pages":0,"currentPage":1,"records":[]}}"#, 1, 0, true),
    (#"{"messages":{"total":2,"pages":1,"currentPage":1,"records":[{},{}]}}"#, 1, 2, true),
    (#"{"messages":{"total":3,"pages":2,"currentPage":1,"records":[{},{}]}}"#, 1, 2, false),
    (#"{"messages":{"total":3,"pages":2,"currentPage":2,"records":[{}]}}"#, 2, 1, true),
    (#"{"messages":{"pages":1,"records":[{"pushName":"Lu \ud83d"}]}}"#, 1, 1, true),
  ])
  func `a page is read`(json: String, page: Int, count: Int, isWhole: Bool) throws {
    let messages = try #require(StoredMessages(Array(json.utf8), page: page))
    #expect(messages.records.count == count && messages.isWhole == isWhole)
  }

  @Test(arguments: [
    "", "[]", "{}", "<html></html>", #"{"messages":[]}"#, #"{"messages":{"records":[]}}"#,
    #"{"messages":{"pages":1,"records":{}}}"#, #"{"messages":{"pages":1,"records":["#,
  ])
  func `anything else is no page`(json: String) { #expect(StoredMessages(Array(json.utf8), page: 1) == nil) }

  private static func record(_ json: String) throws -> StoredMessage {
    StoredMessage(try JSONDocument(parsing: Array(json.utf8)).root)
  }
}
