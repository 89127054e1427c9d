import Delivery
import EvolutionSandbox
import Messaging
import Redis
import TestSupport
import Testing

/// Many instances in one lane, none of which holds up another.
@Suite struct FairnessTests {
  /// How a message says whose it is.
  enum Naming: CaseIterable {
    case instance, tenant
  }

  @Test(.hangLimit, arguments: Naming.allCases)
  func `2,000 messages of one tenant hardly delay the single ones of 199 others behind them`(naming: Naming)
    async throws
  {
    try await withScene(["IFINU_RATE": "200", "IFINU_BURST": "50"]) { scene in
      var payloads: [String] = []
      for (index, name) in (["grande"] + (1...199).map { "loja-\($0)" }).enumerated() {
        let count = index == 0 ? 2_000 : 1
        switch naming {
        case .instance: payloads += Messages(count, on: name).payloads
        case .tenant:
          let tenant = "9a7a6c1f-2b11-4d59-8a6c-\(100_000_000_000 + index)"
          try await scene.redisCommand("HSET", "ifinu:instancias", tenant, name)
          payloads += (1...count).map { Self.charge($0, of: tenant) }
        }
      }
      try await scene.push(payloads)
      _ = try await scene.startWorker()
      try await eventually("the single messages", every: .milliseconds(50)) {
        scene.sandbox.received.count { $0.instance != "grande" } == 199
      }
      let names = scene.sandbox.received.map(\.instance)
      let last = try #require(names.lastIndex { $0 != "grande" })
      let before = names[..<last].count { $0 == "grande" }
      #expect(before <= 500, "so many went before the last of the others")
      try await scene.awaitReceived(2_199)
      try await scene.awaitEmpty()
      #expect(scene.sandbox.receivedCount == 2_199)
    }
  }

  @Test(.hangLimit)
  func `something urgent of one tenant goes before what others have in the same lane and in later ones`() async throws {
    try await withScene(["IFINU_WORKERS": "1"]) { scene in
      // A worker that is stopped while all is sorted, so that the order is what the next one finds.
      scene.sandbox.changeFaults { $0.instances["parada"] = .closed }
      let (stopped, calm) = (Messages(10, on: "parada"), [Messages(30, on: "a"), Messages(30, on: "b")])
      try await scene.enqueue(stopped)
      let first = try await scene.startWorker()
      try await scene.awaitStopped("parada")
      #expect(try await first.stop() == .exited(0))

      for messages in calm { try await scene.enqueue(messages) }
      let urgent = Messages(5, on: "c")
      try await scene.push(urgent.payloads, to: .urgent)
      _ = try await scene.startWorker()
      try await scene.awaitReceived(65)
      #expect(scene.texts(on: "c") == urgent.texts)
      #expect(scene.sandbox.received.prefix(5).map(\.instance) == Array(repeating: "c", count: 5))
      for (name, messages) in zip(["a", "b"], calm) { #expect(scene.texts(on: name) == messages.texts) }
    }
  }

  @Test(.hangLimit)
  func `an instance whose answers never come takes a few slots, and all others' messages go`() async throws {
    let workers = 4
    let settings = ["IFINU_WORKERS": "\(workers)", "IFINU_SEND_TIMEOUT": "10m", "IFINU_LEASE": "1d"]
    try await withScene(settings, sandbox: { $0.standingFaults.instances["muda"] = .hangBefore }) { scene in
      try await scene.enqueue(Messages(100, on: "muda"))
      let others = (1...5).map { Messages(40, on: "loja-\($0)") }
      try await scene.push(Messages.inTurn(others))
      _ = try await scene.startWorker()
      try await scene.awaitReceived(200)
      let ledger = scene.ledger(others)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      let hanging = scene.sends(on: "muda")
      #expect((1...2 * workers).contains(hanging.count), "\(hanging.count)")
      #expect(hanging.allSatisfy { $0.endedAt == nil }, "it does not hang any more, which proves nothing")
      // The others' are acknowledged, and of the one that hangs nothing is lost.
      try await eventually("nothing but its messages", every: .milliseconds(50)) { try await scene.unsent() == 100 }
    }
  }

  private static func charge(_ number: Int, of tenant: String) -> String {
    """
    {"id":"\(tenant)-\(number)","tipo_notificacao":"lembrete","cobranca":{"id":"5f0c2a38-7f53-4a0c-9a3c-1f2f30f1b2aa",\
    "usuarioId":"\(tenant)","valor":149.90,"dataVencimento":"2025-12-15T00:00:00-03:00",\
    "descricao":"\(Messages.commonWords)","cliente":{"nome":"Maria","telefone":"\(Messages.number(number))"}}}
    """
  }
}
