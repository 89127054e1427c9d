import Delivery
import EvolutionSandbox
import HTTPServer
import Messaging
import TestSupport
import Testing

/// An Evolution that is not there.
@Suite struct BreakerTests {
  private static let failures = 20
  private static let workers = 5

  @Test(.hangLimit)
  func `refused connections open the breaker, messages wait, and all go out when the host is back`() async throws {
    let port = try HeldPort()
    let settings = [
      "IFINU_WORKERS": "\(Self.workers)", "IFINU_BREAKER_FAILURES": "\(Self.failures)",
      "IFINU_RETRY_BASE": "100ms", "IFINU_RETRY_FACTOR": "1", "IFINU_MAX_ATTEMPTS": "100",
      "IFINU_EVOLUTION_URL": "http://127.0.0.1:\(port.number)",
    ]
    try await withScene(settings) { scene in
      let messages = Messages(60)
      try await scene.enqueue(messages)
      let patient = try await scene.startWorker(["IFINU_BREAKER_COOLDOWN": "1h"])
      try await awaitOpenBreaker(patient)
      // What failed comes back to its lane, and waits there with the rest: nothing is tried while the breaker is open.
      try await eventually("all messages in the lane", every: .milliseconds(10)) {
        try await scene.snapshot().lanes[.standard]?.length == 60
      }
      let page = MetricsText(try await patient.get("/metrics").text)
      let attempts = try #require(page[#"whatsapp_falhas_total{motivo="conexao"}"#])
      #expect((Double(Self.failures)..<Double(Self.failures + Self.workers)).contains(attempts))
      #expect(try await patient.stop() == .exited(0))

      let worker = try await scene.startWorker(["IFINU_BREAKER_COOLDOWN": "500ms"])
      try await awaitOpenBreaker(worker)
      var options = SandboxOptions()
      options.apiKey = Scene.apiKey
      let address = SocketAddress(host: "127.0.0.1", port: UInt16(port.number))
      let host = try EvolutionSandbox(address: address, options: options)
      #expect(await host.waitUntil(received: 60, timeout: .patience))
      try await scene.awaitIdle()
      let received = host.received.map(\.text)
      await host.stop()
      #expect(Set(received) == Set(messages.texts) && received.count == 60)
      #expect(try await scene.deadLetters().isEmpty)
      #expect(try await worker.stop() == .exited(0))
      #expect(worker.log.contains("state=aberto") && worker.log.contains("state=fechado"))
    }
  }

  private func awaitOpenBreaker(_ worker: WorkerProcess) async throws {
    try await eventually("an open breaker", every: .milliseconds(10)) {
      MetricsText(try await worker.get("/metrics").text)[#"whatsapp_disjuntor_estado{estado="aberto"}"#] == 1
    }
  }
}
