import Delivery
import EvolutionSandbox
import JSON
import TestSupport
import Testing

/// Sends whose answers never come: whether they were sent is found out, and nothing goes twice.
@Suite struct UncertainSendTests {
  private static let settings = ["IFINU_SEND_TIMEOUT": "2s", "IFINU_LEASE": "4s", "IFINU_WORKERS": "10"]

  private static func dropping(_ options: inout SandboxOptions) {
    options.faults = FaultRates(others: [.drop: 0.1, .dropBefore: 0.1])
    options.seed = 7
    options.latency = .milliseconds(30)
  }

  @Test(.hangLimit)
  func `with answers lost and a worker killed, each message is sent once where the server keeps what it sends`()
    async throws
  {
    try await withScene(Self.settings, sandbox: Self.dropping) { scene in
      let messages = (1...8).map { Messages(50, on: "loja-\($0)") }
      try await scene.push(Messages.inTurn(messages))
      let victim = try await scene.startWorker()
      _ = try await scene.startWorker()
      try await scene.awaitReceived(120)
      try await victim.kill()
      #expect(try await scene.unsent() > 0, "it was killed too late to prove anything")
      try await scene.awaitAll(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(try await scene.deadLetters().map(\.reason) == [])
      #expect(scene.sandbox.sends.count > 400, "nothing was lost, which proves nothing")
    }
  }

  /// It takes a minute: that long the server is asked before a message counts as never to be known.
  @Test(.hangLimit)
  func `where the server keeps nothing they end as uncertain, and never go twice`() async throws {
    try await withScene(
      Self.settings,
      sandbox: { options in
        Self.dropping(&options)
        options.keepsMessages = false
      }
    ) { scene in
      let messages = (1...4).map { Messages(50, on: "loja-\($0)") }
      try await scene.push(Messages.inTurn(messages))
      let victim = try await scene.startWorker()
      _ = try await scene.startWorker()
      try await scene.awaitReceived(60)
      try await victim.kill()
      try await scene.awaitEmpty()
      let letters = try await scene.deadLetters()
      #expect(!letters.isEmpty && letters.allSatisfy { $0.reason == "incerto" })
      #expect(scene.ledger(messages).doubled == 0)
      // Each is a dead letter, or was received, or both.
      let received = Set(scene.sandbox.received.map(\.text))
      let missing = messages.flatMap(\.texts).filter { !received.contains($0) }
      #expect(missing.count <= letters.count)
      #expect(scene.sandbox.sends.count <= 200 + 10, "what may have been sent was sent again")
    }
  }

  @Test(.hangLimit, arguments: [Fault.hang, .hangBefore])
  func `a worker that is killed three times in the middle of a send makes no message poison`(fault: Fault)
    async throws
  {
    try await withScene(Self.settings) { scene in
      // The server shows by it that it keeps what it sends.
      let earlier = Messages(1, on: "muda")
      try await scene.enqueue(earlier)
      let calm = try await scene.startWorker()
      try await scene.awaitDelivery(of: earlier)
      #expect(try await calm.stop() == .exited(0))

      scene.sandbox.changeFaults { $0.instances["muda"] = fault }
      let (hanging, others) = (Messages(3, on: "muda"), Messages(30, on: "a"))
      try await scene.push(hanging.payloads + others.payloads)
      for _ in 1...3 {
        let before = scene.sends(on: "muda").count
        let worker = try await scene.startWorker()
        // One that was taken is found, and is not sent another time.
        try await eventually("a send that hangs, or nothing left", every: .milliseconds(20)) {
          if scene.sends(on: "muda").count > before { return true }
          return try await scene.unsent() == 0
        }
        try await worker.kill()
        try await scene.expireLeases(by: .seconds(4))
      }
      scene.sandbox.changeFaults { $0.instances = [:] }
      _ = try await scene.startWorker()
      try await scene.awaitEmpty()
      let letters = try await scene.deadLetters()
      #expect(letters.allSatisfy { $0.reason == "incerto" }, "\(letters.map(\.reason))")
      let ledger = scene.ledger([hanging, others])
      #expect(ledger.doubled == 0 && ledger.lost <= letters.count)
      if fault == .hang { #expect(letters.isEmpty && ledger.lost == 0) }
    }
  }
}
