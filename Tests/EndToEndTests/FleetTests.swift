import EvolutionSandbox
import TestSupport
import Testing

/// Many workers on one queue.
@Suite struct FleetTests {
  @Test(.hangLimit)
  func `two workers share a lane, and nothing is doubled or lost`() async throws {
    try await withScene(["IFINU_WORKERS": "10"], sandbox: { $0.latency = .milliseconds(5) }) { scene in
      let workers = [try await scene.startWorker(), try await scene.startWorker()]
      for worker in workers {
        try await eventually("a ready worker", every: .milliseconds(10)) {
          try await worker.get("/readyz").status == 200
        }
      }
      let messages = Messages(2_000)
      try await scene.enqueue(messages)
      try await scene.awaitDelivery(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)

      var sent: [Double] = []
      for worker in workers {
        let page = MetricsText(try await worker.get("/metrics").text)
        sent.append(try #require(page[#"whatsapp_mensagens_total{destino="enviada"}"#]))
      }
      #expect(sent.allSatisfy { $0 > 0 } && sent.reduce(0, +) == 2_000, "\(sent)")
    }
  }
}
