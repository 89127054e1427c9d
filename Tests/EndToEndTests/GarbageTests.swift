import Delivery
import Foundation
import JSON
import TestSupport
import Testing

/// What anybody may push into a lane.
@Suite struct GarbageTests {
  /// Payloads that are no messages, and the field that is to blame.
  private static let garbage: [(payload: [UInt8], field: String)] = [
    (Array(#"{"id":"cortada","telef"#.utf8), "payload"),
    (Array(String(repeating: "[", count: 100_000).utf8), "payload"),
    (Array(#"{"id":"latin1","texto":"ol"#.utf8) + [0xE1] + Array(#"","telefone":"5511988880001"}"#.utf8), "payload"),
    (plain(text: String(repeating: "a", count: 5_000_000)), "payload"),
    (plain(text: String(repeating: "ã", count: 65_537)), "texto"),
    (Array(#"{"id":"tipos","telefone":5.51199E+12,"texto":"oi"}"#.utf8), "telefone"),
    (Array(#"{"id":"tipos","telefone":"5500988880001","texto":"oi"}"#.utf8), "telefone"),
    (Array(#"{"id":"tipos","telefone":"55 3221-1234/35","texto":"oi"}"#.utf8), "telefone"),
    (Array(#""{\"id\":\"duas vezes\"}""#.utf8), "payload"),
    (Array(#"{"id":"tipos","telefone":"5511988880001","texto":["oi"]}"#.utf8), "texto"),
    (Array(#"{"id":{"a":1},"telefone":"5511988880001","texto":"oi"}"#.utf8), "id"),
    ([], "payload"),
    (Array("[]".utf8), "payload"),
    (Array("42".utf8), "payload"),
    ([0, 1, 2, 0xFF], "payload"),
    (Array(#"{"id":"\#(String(repeating: "i", count: 257))"}"#.utf8), "id"),
    (Array(#"{"id":""}"#.utf8), "id"),
    (plain(text: ""), "texto"),
    (plain(text: " \n "), "texto"),
    (Array(#"{"id":"curto","telefone":"123","texto":"oi"}"#.utf8), "telefone"),
    (Array(#"{"id":"fuga","instancia":"loja\u0000admin","telefone":"5511988880001","texto":"oi"}"#.utf8), "instancia"),
    (charge(tenant: #""00000000-0000-0000-0000-000000000000""#), "cobranca.usuarioId"),
    (charge(tenant: "null"), "cobranca.usuarioId"),
  ]

  @Test(.hangLimit)
  func `garbage becomes dead letters that name the field, and the good goes out between`() async throws {
    try await withScene { scene in
      let messages = Messages(Self.garbage.count)
      for (message, garbage) in zip(messages.payloads, Self.garbage) {
        try await scene.push(bytes: [garbage.payload, Array(message.utf8)])
      }
      let worker = try await scene.startWorker()
      try await scene.awaitDelivery(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(worker.isRunning)
      #expect(try await worker.get("/livez").status == 200)

      let letters = try await scene.deadLetters()
      #expect(letters.count == Self.garbage.count)
      for (payload, field) in Self.garbage {
        // Of a long payload a list has the beginning.
        let letter = letters.first { $0.payload.elementsEqual(payload.prefix(65_536)) }
        let start = String(decoding: payload.prefix(80), as: UTF8.self)
        #expect(letter?.reason == "payload_invalido" && letter?.field == field, "\(start): \(letter?.error ?? "none")")
      }

      let listed = try await scene.run("dlq", "list", "--json", "--limit", "100")
      #expect(listed.end == .exited(0))
      let rows = try JSONDocument(parsing: Array(listed.output.utf8)).root.elements
      #expect(rows.allSatisfy { $0["reason"]?.string == "payload_invalido" && $0["attempts"]?.integer == 0 })
      #expect(rows.compactMap { $0["field"]?.string }.sorted() == Self.garbage.map(\.field).sorted())
      #expect(rows.allSatisfy { $0["error"]?.string?.isEmpty == false })
    }
  }

  private static func plain(text: String) -> [UInt8] {
    JSONValue.object([("id", "longo"), ("telefone", .string(Messages.number(1))), ("texto", .string(text))]).bytes
  }

  private static func charge(tenant: String) -> [UInt8] {
    Array(
      """
      {"id":"lembrete_1","tipo_notificacao":"lembrete","cobranca":{"id":"c","usuarioId":\(tenant),"valor":10.5,\
      "dataVencimento":"2026-03-01T00:00:00Z","cliente":{"nome":"Ana","telefone":"\(Messages.number(2))"}}}
      """.utf8)
  }
}
