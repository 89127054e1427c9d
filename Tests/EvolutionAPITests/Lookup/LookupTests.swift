import Delivery
import Foundation
import JSON
import Messaging
import TestSupport
import Testing
import Time

@testable import EvolutionAPI

/// Looking a message up on a server that answers as a test says.
@Suite(.hangLimit) struct LookupTests {
  private static let began = Timestamp(milliseconds: 1_757_464_274_000)
  private static let none = #"{"messages":{"total":0,"pages":0,"currentPage":1,"records":[]}}"#

  /// A record of the message that ``message(_:instance:)`` makes.
  private static func record(_ id: String, _ seconds: Int = 5, text: String = "Oi") -> String {
    """
    {"key":{"remoteJid":"5511999990001@s.whatsapp.net","fromMe":true,"id":"\(id)"},\
    "message":{"conversation":"\(text)"},"messageTimestamp":\(1_757_464_274 + seconds)}
    """
  }

  private static func page(_ records: [String], of pages: Int = 1) -> String {
    #"{"messages":{"total":1,"pages":\#(pages),"currentPage":1,"records":[\#(records.joined(separator: ","))]}}"#
  }

  @Test func `both forms of the number are asked for, with the key, and the message is found`() async throws {
    let server = try Self.server { query in
      query.contains(#""remoteJid":"551199990001@"#) ? Self.page([Self.record("3EB0")]) : Self.none
    }
    #expect(try await Self.look(server) == .found(SendReceipt(providerID: "3EB0")))
    #expect(server.bodies.count == 2 && server.bodies[0].contains(#""remoteJid":"5511999990001@s.whatsapp.net""#))
    #expect(server.bodies.allSatisfy { $0.hasSuffix(#""page":1,"offset":25}"#) })
    #expect(Set(server.paths) == ["/chat/findMessages/loja%20%40%20ana"])
  }

  @Test func `what is known to be others' is passed over`() async throws {
    let server = try Self.server { _ in Self.page([Self.record("B", 9), Self.record("A", 5)]) }
    #expect(try await Self.look(server) == .found(SendReceipt(providerID: "A")))
    #expect(try await Self.look(server, excluding: ["A"]) == .found(SendReceipt(providerID: "B")))
    #expect(try await Self.look(server, excluding: ["A", "B"]) == .absent)
  }

  @Test func `every page is read, up to a bound`() async throws {
    let server = try Self.server { query in
      Self.page([query.contains(#""page":3,"#) ? Self.record("A") : Self.record("B", text: "Ola")], of: 3)
    }
    #expect(try await Self.look(server) == .found(SendReceipt(providerID: "A")))
    let endless = try Self.server { _ in Self.page([Self.record("B", text: "Ola")], of: 1_000_000) }
    #expect(
      try await Self.look(endless) == .unknown("the recipient has too many messages to look through"))
    #expect(endless.bodies.count == 16)
  }

  @Test func `a server that does not filter by time is asked no further than the time of the send`() async throws {
    let server = try Self.server { query in
      query.contains(#""page":1,"#)
        ? Self.page([Self.record("B", text: "Ola")], of: 9) : Self.page([Self.record("A", -3_600)], of: 9)
    }
    #expect(try await Self.look(server) == .absent)
    #expect(server.bodies.count == 6)
  }

  @Test func `a server that has nothing of that time must have something, or keeps no messages`() async throws {
    @Sendable func isAny(_ query: String) -> Bool {
      query.contains(#"{"where":{"key":{"fromMe":true}},"page":1,"offset":1}"#)
    }
    let server = try Self.server { query in isAny(query) ? Self.page([Self.record("Z", -9_999)]) : Self.none }
    #expect(try await Self.look(server) == .absent)
    let forgetful = try Self.server { _ in Self.none }
    #expect(try await Self.look(forgetful) == .unsupported("the server keeps no messages"))
    #expect(forgetful.bodies.count(where: isAny) == 1)
  }

  @Test func `a server that has forgotten the last message it confirmed keeps none`() async throws {
    // It has messages of former times, and the last one only when it keeps messages still.
    func server(keeping: Bool) throws -> RawServer {
      try RawServer { connection in
        while let request = connection.readRequest() {
          guard request.head.contains("findMessages") else {
            connection.answer(201, #"{"key":{"id":"LAST"}}"#)
            continue
          }
          let old = request.body.contains("messageTimestamp") ? nil : Self.record("OLD", -9_999)
          let last = keeping && request.body.contains(#""id":"LAST""#) ? Self.record("LAST", -9_000) : nil
          connection.answer(200, Self.page([last ?? old].compactMap { $0 }))
        }
      }
    }
    for (isKeeping, verdict) in [(true, SentLookup.absent), (false, .unsupported("the server keeps no messages"))] {
      let server = try server(keeping: isKeeping)
      let client = try patientClient(server.url)
      _ = try await client.send(Self.message())
      #expect(try await client.look(for: Self.message(), since: Self.began, excluding: []) == verdict)
      // Another instance has sent nothing yet.
      #expect(try await client.look(for: Self.message("vendas"), since: Self.began, excluding: []) == .absent)
    }
  }

  @Test(arguments: [
    (404, "{}", "HTTP 404"), (401, "{}", "HTTP 401"), (500, "", "HTTP 500"), (201, none, "HTTP 201"),
    (200, "<html></html>", "the answer is no list of messages"),
    (200, String(repeating: " ", count: 1 << 20) + none, "the answer is too long"),
  ])
  func `an answer that is no page of messages tells nothing`(status: Int, body: String, words: String) async throws {
    let server = try RawServer { connection in
      while connection.readRequest() != nil { connection.answer(status, body) }
    }
    let isLasting = status == 404 || body.hasPrefix("<")
    #expect(try await Self.look(server) == (isLasting ? .unsupported(words) : .unknown(words)))
  }

  @Test func `no answer tells nothing`() async throws {
    let port = try HeldPort()
    for url in ["http://127.0.0.1:\(port.number)", "http://127.0.0.1:{shard}"] {
      let lookup = try await client(url).look(for: Self.message(), since: Self.began, excluding: [])
      guard case .unknown(let words) = lookup else {
        Issue.record("\(lookup)")
        return
      }
      #expect(!words.isEmpty && !words.contains("99990001"))
    }
  }

  private static func message(_ instance: String = "loja @ ana") throws -> OutgoingMessage {
    try EvolutionAPITests.message(instance: instance)
  }

  /// A server that answers every query with what the script says to it.
  private static func server(_ answer: @escaping @Sendable (String) -> String) throws -> RawServer {
    try RawServer { connection in
      while let request = connection.readRequest() {
        connection.answer(request.head.contains("apikey: segredo-123") ? 200 : 401, answer(request.body))
      }
    }
  }

  private static func look(_ server: RawServer, excluding: Set<String> = []) async throws -> SentLookup {
    try await client(server.url).look(for: message(), since: began, excluding: excluding)
  }
}
