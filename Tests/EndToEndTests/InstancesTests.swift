import EvolutionSandbox
import Foundation
import JSON
import Messaging
import TestSupport
import Testing

/// `ifinu instances`
@Suite struct InstancesTests {
  private func json(_ outcome: Program.Outcome, end code: Int32 = 0) throws -> JSONView {
    #expect(outcome.end == .exited(code), "\(outcome.errors)")
    return try JSONDocument(parsing: Array(outcome.output.utf8)).root
  }

  private func row(_ name: String, _ scene: Scene) async throws -> JSONView? {
    try json(await scene.run("instances", "--json"))["instances"]?.elements.first { $0["name"]?.string == name }
  }

  @Test(.hangLimit)
  func `a pause holds one instance up over restarts, the others go on, and resuming lets it go`() async throws {
    try await withScene { scene in
      let paused = try await scene.run("instances", "pause", "loja")
      // It is the default instance, and so no stranger.
      #expect(paused.end == .exited(0) && paused.output == "loja is paused\n" && paused.errors.isEmpty)
      let (held, free) = (Messages(5, on: "loja"), Messages(5, on: "filial"))
      try await scene.enqueue(held)
      try await scene.enqueue(free)
      for _ in 1...2 {
        let worker = try await scene.startWorker()
        try await scene.awaitReceived(free.texts.count)
        try await eventually("what waits for loja", every: .milliseconds(20)) {
          try await row("loja", scene)?["waiting"]?.integer == 5
        }
        try await worker.kill()
      }
      #expect(!scene.sandbox.received.contains { held.texts.contains($0.text) })
      let standing = try #require(try await row("loja", scene))
      #expect(standing["state"]?.string == "pausada" && standing["since"]?.string?.hasSuffix("Z") == true)
      let table = try await scene.run("instances", "list").output
      #expect(table.hasPrefix("INSTANCE") && table.contains("pausada"))
      let shown = try await scene.run("instances", "show", "loja")
      #expect(shown.end == .exited(0) && shown.output.contains("ifinu instances resume"), "\(shown.errors)")
      for secret in [Messages.commonDigits, Messages.commonWords] {
        #expect(!table.contains(secret) && !shown.output.contains(secret))
      }

      _ = try await scene.startWorker()
      #expect(try await scene.run("instances", "resume", "loja").output == "loja goes on: its pause is over\n")
      try await scene.awaitReceived(10)
      try await scene.awaitIdle()
      let again = try await scene.run("instances", "resume", "loja")
      #expect(again.end == .exited(0) && again.output == "loja was neither paused nor stopped\n")
    }
  }

  @Test(.hangLimit)
  func `a stopped instance is shown with its reason and the fix, and tried again when told to`() async throws {
    try await withScene(sandbox: { $0.instances = ["filial"] }) { scene in
      try await scene.enqueue(Messages(3, on: "loja"))
      _ = try await scene.startWorker()
      try await eventually("a stop", every: .milliseconds(20)) {
        try await row("loja", scene)?["state"]?.string == "parada"
      }
      let details = try json(await scene.run("instances", "show", "--json", "loja"))
      #expect(details["reason"]?.string == "instancia_desconhecida")
      #expect(details["fix"]?.string?.contains("name") == true)
      #expect(details["waiting"]?.integer == 3 && (details["stops_in_a_row"]?.integer ?? 0) >= 1)
      #expect(details["queues"]?.elements.first?["lanes"]?["whatsapp"]?["oldest_since"]?.string != nil)
      let text = try await scene.run("instances", "show", "loja").output
      #expect(text.contains("next trial") && text.contains("check the instance's name"), "\(text)")
      let refreshed = try await scene.run("instances", "refresh", "loja")
      #expect(refreshed.output == "0 remembered tenants dropped; its next message goes on trial now\n")
    }
  }

  @Test(.hangLimit)
  func `a name of which nothing is known is refused with the nearest one, but may be paused`() async throws {
    try await withScene { scene in
      for command in ["show", "resume", "refresh"] {
        let outcome = try await scene.run("instances", command, "lojq")
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors == "ifinu: nothing is known of an instance lojq; did you mean loja?\n")
      }
      #expect(try await scene.run("instances", "show", "loja").end == .exited(0))
      let paused = try await scene.run("instances", "pause", "lojq")
      #expect(paused.end == .exited(0) && paused.output == "lojq is paused\n")
      #expect(paused.errors.contains("nothing is known of an instance lojq; did you mean loja?"))
      let again = try json(await scene.run("instances", "pause", "--json", "lojq"))
      #expect(again["was_paused"]?.boolean == true && again["known"]?.boolean == true)
      #expect(try json(await scene.run("instances", "resume", "--json", "lojq"))["was_paused"]?.boolean == true)

      let tenant = "3f1c8e0a-5b7d-4c2e-9a61-2f0d8b6c4e11"
      #expect(try await scene.run("instances", "refresh", tenant).output == "0 remembered tenants dropped\n")
      #expect(try await scene.run("instances", "show", "a\nb").end == .exited(64))
      #expect(try await scene.run("instances", "--limit", "0").end == .exited(64))
      let empty = try await scene.run("instances")
      #expect(empty.end == .exited(0) && empty.output == "nothing waits for an instance\n")
    }
  }

  @Test(.hangLimit)
  func `it is watched line by line, and a Redis that is away is told`() async throws {
    try await withScene { scene in
      _ = try await scene.run("instances", "pause", "loja")
      let watch = try await scene.start("instances", "--watch", "--json", "--interval", "100ms")
      try await eventually("three looks") { watch.output.split(separator: "\n").count >= 3 }
      await scene.redis.kill()
      #expect(try await watch.end() == .exited(75))
      #expect(watch.errors.contains("is away"))
      #expect(try await scene.run("instances", "pause", "loja").end == .exited(75))
    }
  }
}
