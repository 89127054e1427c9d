import EvolutionSandbox
import TestSupport
import Testing

/// Instances that are divided among several Evolution servers.
@Suite struct ShardTests {
  @Test(.hangLimit)
  func `each instance's messages go to its own server, and to another when it is moved`() async throws {
    try await withScene { scene in
      var options = SandboxOptions()
      options.apiKey = Scene.apiKey
      let other = try EvolutionSandbox(options: options)
      do {
        // Here a shard is named by its port.
        let sharded = ["IFINU_EVOLUTION_URL": "http://127.0.0.1:{shard}"]
        try await scene.put("norte", on: scene.sandbox.port)
        try await scene.put("sul", on: other.port)
        let (north, south) = (Messages(20, on: "norte"), Messages(30, on: "sul"))
        try await scene.enqueue(north)
        try await scene.enqueue(south)
        _ = try await scene.startWorker(sharded)
        try await scene.awaitReceived(20)
        #expect(await other.waitUntil(received: 30, timeout: .patience))
        try await scene.awaitIdle()
        #expect(Set(scene.sandbox.received.map(\.text)) == Set(north.texts))
        #expect(Set(other.received.map(\.text)) == Set(south.texts))

        try await scene.put("sul", on: scene.sandbox.port)
        let outcome = try await scene.run("shard", "sul", "norte", with: sharded)
        let address = "http://127.0.0.1:\(scene.sandbox.port)"
        #expect(
          outcome.output == "sul\t\(scene.sandbox.port)\t\(address)\nnorte\t\(scene.sandbox.port)\t\(address)\n")
        #expect(try await scene.deadLetters().isEmpty)
      } catch {
        await other.stop()
        throw error
      }
      await other.stop()
    }
  }

  @Test(.hangLimit)
  func `the doctor looks at every shard`() async throws {
    try await withScene { scene in
      let outcome = try await scene.run(
        "doctor", "--json",
        with: ["IFINU_EVOLUTION_URL": "http://127.0.0.1:\(scene.sandbox.port)/{shard}", "IFINU_EVOLUTION_SHARDS": "3"])
      for shard in 0..<3 { #expect(outcome.output.contains("Evolution, shard \(shard)"), "\(outcome.output)") }
    }
  }
}
