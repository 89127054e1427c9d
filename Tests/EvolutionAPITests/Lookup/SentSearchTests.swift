import Delivery
import JSON
import Messaging
import Testing
import Time

@testable import EvolutionAPI

@Suite struct SentSearchTests {
  private static let began = Timestamp(milliseconds: 1_757_464_274_900)
  private static let ours = "5511999990001@s.whatsapp.net"
  private static let withoutNinth = "551199990001@s.whatsapp.net"
  private static let other = "5511999990002@s.whatsapp.net"

  /// A message that the server keeps, so many seconds after the send began.
  private static func kept(
    _ id: String?, _ seconds: Int? = 1, at addresses: String..., text: String? = "Oi", fromMe: Bool = true
  ) -> StoredMessage {
    StoredMessage(
      id: id, isFromInstance: fromMe, addresses: (addresses.isEmpty ? [ours] : addresses).map(RecipientAddress.init),
      text: text, time: seconds.map { Timestamp(milliseconds: (1_757_464_274 + $0) * 1_000) })
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let messages: [StoredMessage]
    let excluded: Set<String>
    let verdict: SentLookup?

    init(
      _ description: String, _ messages: [StoredMessage], excluding: Set<String> = [], _ verdict: SentLookup?
    ) {
      (testDescription, self.messages, excluded, self.verdict) = (description, messages, excluding, verdict)
    }
  }

  private static func found(_ id: String?) -> SentLookup { .found(SendReceipt(providerID: id)) }
  private static let hidden = SentLookup.unknown("the server names recipients by other addresses")
  private static let untimed = SentLookup.unknown("the server does not say when it sent a message alike")

  static let rows = [
    Row("none", [], nil),
    Row("it", [kept("A")], found("A")),
    Row("without the ninth digit", [kept("A", at: withoutNinth)], found("A")),
    Row("without an id", [kept(nil)], found(nil)),
    Row("the second address is the recipient's", [kept("A", at: "7@lid", ours)], found("A")),
    Row("just within the clock's error", [kept("A", -120)], found("A")),
    Row("long after", [kept("A", 3 * 86_400)], found("A")),
    Row("before it", [kept("A", -122)], nil),
    Row("years after", [kept("A", 400 * 86_400)], nil),
    Row("to somebody else", [kept("A", at: other)], nil),
    Row("to a group", [kept("A", at: "1203@g.us")], nil),
    Row("from the recipient", [kept("A", fromMe: false)], nil),
    Row("another text", [kept("A", text: "Ola"), kept("B", text: nil), kept("C", text: "oi")], nil),
    Row("white space trimmed", [kept("A", text: " O i\r\n")], found("A")),
    Row("the oldest of several", [kept("C", 9), kept("B", 5), kept("A", -300)], found("B")),
    Row("the oldest, in any order", [kept("B", 5), kept("C", 9)], found("B")),
    Row("of one second the last in the list", [kept("C", 5), kept("B", 5)], found("B")),
    Row("the oldest that is not known", [kept("C", 9), kept("B", 5)], excluding: ["B"], found("C")),
    Row("all known", [kept("C", 9), kept("B", 5)], excluding: ["B", "C", "D"], nil),
    Row("no time", [kept("A", nil)], untimed),
    Row("no time, and one with", [kept("A", nil), kept("B", 5)], found("B")),
    Row("at an address that names nobody", [kept("A", at: "7@lid")], hidden),
    Row("that one is known", [kept("A", at: "7@lid")], excluding: ["A"], nil),
    Row("that one is another", [kept("A", at: "7@lid", text: "Ola")], nil),
    Row("that one was before", [kept("A", -300, at: "7@lid")], nil),
    Row("that one is somebody else's", [kept("A", at: "7@lid", other)], nil),
    Row("there, and at an address that names nobody", [kept("B", 9), kept("A", at: "7@lid")], found("B")),
  ]

  @Test(arguments: rows)
  func `what a server keeps tells whether a message was sent`(row: Row) throws {
    let search = try Self.search(excluding: row.excluded)
    var messages = StoredMessages()
    messages.records = row.messages
    #expect(search.verdict(atRecipient: messages) == row.verdict)
    #expect(search.verdict(atAll: messages) == row.verdict)
  }

  @Test func `what was not looked through whole proves nothing, unless all in it are named`() throws {
    let search = try Self.search()
    var messages = StoredMessages()
    messages.isWhole = false
    messages.records = [Self.kept("A", text: "Ola")]
    #expect(
      search.verdict(atRecipient: messages) == .unknown("the recipient has too many messages to look through"))
    #expect(search.verdict(atAll: messages) == nil)
    messages.records.append(Self.kept("B", at: "7@lid", text: "Ola"))
    #expect(search.verdict(atAll: messages) == Self.hidden)
    messages.records.append(Self.kept("C"))
    #expect(search.verdict(atRecipient: messages) == Self.found("C"))
    #expect(search.verdict(atAll: messages) == Self.found("C"))
  }

  @Test(arguments: [(-121, false), (-120, true), (0, true), (86_400, true), (nil, false)])
  func `only messages of its time show that messages are kept`(seconds: Int?, isRecent: Bool) throws {
    #expect(try Self.search().isRecent(Self.kept("A", seconds, at: Self.other, text: nil)) == isRecent)
    #expect(try !Self.search().isRecent(Self.kept("A", seconds, fromMe: false)))
  }

  @Test func `the server is asked for one address or all, with both bounds of the time`() throws {
    let search = try Self.search()
    #expect(search.addresses.map(\.text) == [Self.ours, Self.withoutNinth])
    let time = #""messageTimestamp":{"gte":"2025-09-10T00:29:14Z","lte":"2026-09-11T00:29:14Z"}"#
    #expect(search.condition().text == #"{"key":{"fromMe":true},\#(time)}"#)
    #expect(
      search.condition(to: search.addresses[1]).text
        == #"{"key":{"fromMe":true,"remoteJid":"\#(Self.withoutNinth)"},\#(time)}"#)
  }

  private static func search(excluding: Set<String> = []) throws -> SentSearch {
    SentSearch(for: try message(), since: began, excluding: excluding)
  }
}
