import Delivery
import EvolutionSandbox
import HTTPServer
import TestSupport
import Testing

/// An Evolution that refuses everything: whatever it says, no message dies of it.
@Suite(.serialized) struct SickHostTests {
  @Test(
    .hangLimit,
    arguments: [Fault.wrongKey, .noInstance, .restricted, .forbidden, .badRequest, .page], [1, 5])
  func `a host that refuses everything under load wastes few sends, and kills none`(fault: Fault, instances: Int)
    async throws
  {
    let settings = [
      "IFINU_RATE": "500", "IFINU_BURST": "10", "IFINU_WORKERS": "10", "IFINU_BREAKER_COOLDOWN": "500ms",
      // Where a machine is so slow that the run of failures is not seen as one, it must not wait for minutes.
      "IFINU_RETRY_BASE": "1s",
    ]
    try await withScene(settings) { scene in
      let messages = (1...instances).map { Messages(1_200 / instances, on: "loja-\($0)") }
      try await scene.push(Messages.inTurn(messages))
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(100)
      scene.sandbox.changeFaults { $0.host = fault }
      try await eventually("the first refusal") { scene.wastedSends > 0 }
      try await eventually("rest", every: .milliseconds(10)) { try await scene.snapshot().inFlight == 0 }
      let atRest = scene.wastedSends
      // It goes on for two trials, each a message, or a look at the host that costs none.
      try await eventually("two trials", every: .milliseconds(50)) {
        scene.wastedSends >= atRest + 2 || worker.log.split(separator: "\n").count { $0.contains("state=aberto") } >= 3
      }
      #expect(scene.wastedSends <= 50)
      #expect(try await scene.snapshot().dead == 0)

      scene.sandbox.changeFaults { $0.host = nil }
      try await scene.awaitAll(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(scene.wastedSends <= 50 && scene.sandbox.receivedCount == 1_200)
      #expect(try await scene.deadLetters().isEmpty)
      #expect(worker.isRunning)
    }
  }

  @Test(.hangLimit)
  func `a dead shard holds up its own instances only, and theirs go once it is back`() async throws {
    let port = try HeldPort()
    // Here a shard is named by its port.
    let settings = [
      "IFINU_EVOLUTION_URL": "http://127.0.0.1:{shard}", "IFINU_BREAKER_COOLDOWN": "500ms",
      "IFINU_WORKERS": "4", "IFINU_RETRY_BASE": "1s",
    ]
    try await withScene(settings) { scene in
      let (alive, dead) = (["a", "b", "c"], ["x", "y", "z"])
      for name in alive { try await scene.put(name, on: scene.sandbox.port) }
      for name in dead { try await scene.put(name, on: port.number) }
      let going = alive.map { Messages(100, on: $0) }
      let waiting = dead.map { Messages(100, on: $0) }
      try await scene.push(waiting.flatMap(\.payloads))
      try await scene.push(going.flatMap(\.payloads))
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(300)
      try await eventually("the others' messages", every: .milliseconds(20)) { try await scene.unsent() == 300 }
      let ledger = scene.ledger(going)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(try await scene.snapshot().dead == 0)

      var options = SandboxOptions()
      options.apiKey = Scene.apiKey
      let back = try EvolutionSandbox(address: .init(host: "127.0.0.1", port: UInt16(port.number)), options: options)
      let isComplete = await back.waitUntil(received: 300, timeout: .patience)
      try await scene.awaitEmpty()
      let received = back.received.map(\.text)
      await back.stop()
      #expect(isComplete && Set(received) == Set(waiting.flatMap(\.texts)) && received.count == 300)
      #expect(try await scene.deadLetters().isEmpty && scene.sandbox.receivedCount == 300)
      #expect(worker.isRunning)
    }
  }
}
