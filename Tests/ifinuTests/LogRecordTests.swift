import JSON
import Logging
import Testing
import Time

@testable import ifinu

@Suite struct LogRecordTests {
  @Test func `a record is one line of time, level, message and sorted fields`() {
    let record = record("sent", ["b": "2", "a": "x y", "c": ""])
    #expect(String(decoding: record.text, as: UTF8.self) == "2026-01-02T03:04:05Z info     sent a=\"x y\" b=2 c=\"\"\n")
  }

  @Test func `for machines a record is one object, counts are numbers and ids are texts`() throws {
    let record = record("sent", ["attempt": "2", "message_id": "42", "detail": "a\"b"])
    #expect(
      String(decoding: record.json, as: UTF8.self)
        == #"{"time":"2026-01-02T03:04:05Z","level":"info","message":"sent","attempt":2,"detail":"a\"b","message_id":"42"}"#
        + "\n")
  }

  @Test(arguments: ["\n", "\r", "\r\n", "\u{2028}", "\u{85}", "\u{0B}", "\u{1B}[2J", "\u{0}", "\u{7F}"])
  func `neither a message nor a value can forge a record or command a terminal`(trick: String) throws {
    let record = record("before\(trick)after", ["id": "before\(trick)after"])
    for line in [record.text, record.json] {
      #expect(line.last == 0x0A && !line.dropLast().contains { $0 == 0x0A || $0 == 0x0D || $0 == 0x1B || $0 == 0 })
    }
    #expect(!String(decoding: record.text, as: UTF8.self).dropLast().unicodeScalars.contains { $0.value == 0x2028 })
    let root = try JSONDocument(parsing: record.json).root
    #expect(root["id"]?.string == "before\(trick)after")
  }

  private func record(_ message: String, _ metadata: Logger.Metadata) -> LogRecord {
    LogRecord(time: Timestamp(milliseconds: 1_767_323_045_000), level: .info, message: message, metadata: metadata)
  }
}
