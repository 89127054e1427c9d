import Delivery
import Foundation
import JSON
import Messaging
import TestSupport
import Testing

/// `ifinu status` and `ifinu dlq`
@Suite struct QueueCommandTests {
  @Test(.hangLimit)
  func `status says what the queue holds`() async throws {
    try await withScene { scene in
      try await scene.push(Messages(2).payloads, to: .urgent)
      try await scene.push(Messages(3).payloads, to: .low)
      let outcome = try await scene.run("status", "--json", "--interval", "10ms")
      #expect(outcome.end == .exited(0), "\(outcome.errors)")
      let root = try JSONDocument(parsing: Array(outcome.output.utf8)).root
      let lengths = ["urgente", "whatsapp", "baixa"].map { root["lanes"]?[$0]?["length"]?.integer }
      #expect(lengths == [2, 0, 3])
      #expect(root["lanes"]?["urgente"]?["oldest_age_seconds"]?.double ?? -1 >= 0)
      #expect(root["lanes"]?["whatsapp"]?["oldest_age_seconds"]?.kind == .null)
      #expect(["in_flight", "scheduled", "dead", "sent_total"].allSatisfy { root[$0]?.integer == 0 })

      let table = try await scene.run("status", "--interval", "10ms")
      #expect(table.output.hasPrefix("LANE") && table.output.contains("urgente"))
    }
  }

  @Test(.hangLimit)
  func `dead letters are listed, shown, requeued and purged`() async throws {
    try await withScene { scene in
      let unknown = (1...2).map {
        #"{"id":"sem-\#($0)","telefone":"\#(Messages.number(0))","texto":"\#(Messages.commonWords)","x":[1.0]}"#
      }
      try await scene.push(unknown + ["{"])
      let worker = try await scene.startWorker()
      try await eventually("3 dead letters", every: .milliseconds(10)) { try await scene.snapshot().dead == 3 }
      try await worker.stop()

      let all = try await rows(scene.run("dlq", "list", "--json"))
      #expect(all.count == 3)
      let chosen = try await rows(scene.run("dlq", "list", "--json", "--reason", "numero_inexistente"))
      #expect(Set(chosen.compactMap { $0["message_id"]?.string }) == ["sem-1", "sem-2"])
      let id = try #require(chosen.first?["id"]?.string)
      let shown = try await rows(scene.run("dlq", "show", id, "--json"))
      let payload = try #require(shown.first?["payload"]?.string)
      #expect(unknown.contains(payload))
      #expect(try await scene.run("dlq", "show", id).output.contains(payload))
      #expect(try await scene.run("dlq", "list").output.hasPrefix("ID"))

      #expect(try await scene.run("dlq", "show", "nenhuma").end == .exited(1))
      #expect(try await scene.run("dlq", "requeue", "nenhuma").end == .exited(1))
      #expect(try await scene.run("dlq", "requeue").end == .exited(64))
      #expect(try await scene.run("dlq", "purge", id, "--all").end == .exited(64))

      #expect(try await scene.run("dlq", "requeue", id).output == "1 dead letter requeued\n")
      let dry = try await scene.run("dlq", "requeue", "--reason", "numero_inexistente", "--dry-run", "--json")
      #expect(dry.output == #"{"requeued":0,"chosen":1,"reasons":{"numero_inexistente":1}}"# + "\n")
      #expect(try await scene.run("dlq", "purge", "--older-than", "1d").output == "0 dead letters purged\n")
      #expect(try await scene.run("dlq", "purge", "--instance", "nenhuma").output == "0 dead letters purged\n")
      let last = #"{"requeued":0}"# + "\n"
      #expect(try await scene.run("dlq", "requeue", "--reason", "veneno", "--json").output == last)
      let requeued = try await scene.run("dlq", "requeue", "--reason", "numero_inexistente")
      #expect(requeued.end == .exited(0) && requeued.output == "1 dead letter requeued\n")
      #expect(try await scene.snapshot().lanes[.standard]?.length == 2)
      #expect(try await scene.run("dlq", "purge", "--all").output == "1 dead letter purged\n")
      #expect(try await scene.run("dlq", "list").output == "no dead letters\n")
    }
  }

  @Test(.hangLimit)
  func `a dead letter of any bytes is shown whole, and no offset is too great`() async throws {
    try await withScene { scene in
      let bytes: [UInt8] = [0xFF, 0x1B, 0x00]
      try await scene.push(bytes: [bytes])
      let worker = try await scene.startWorker()
      try await eventually("a dead letter", every: .milliseconds(10)) { try await scene.snapshot().dead == 1 }
      try await worker.stop()
      let id = try #require(try await rows(scene.run("dlq", "list", "--json")).first?["id"]?.string)
      let shown = try await rows(scene.run("dlq", "show", id, "--json")).first
      #expect(shown?["payload_base64"]?.string == Data(bytes).base64EncodedString())
      let beyond = try await scene.run("dlq", "list", "--offset", "\(Int.max)", "--limit", "\(Int.max)")
      #expect(beyond.end == .exited(0) && beyond.output == "no dead letters\n", "\(beyond.errors)")
    }
  }

  private func rows(_ outcome: Program.Outcome) throws -> [JSONView] {
    #expect(outcome.end == .exited(0), "\(outcome.errors)")
    let root = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    return root.kind == .array ? root.elements : [root]
  }
}
