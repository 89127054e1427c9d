import Delivery
import EvolutionSandbox
import HTTPServer
import TestSupport
import Testing

/// An Evolution that is not there.
@Suite struct BreakerTests {
  private static let failures = 20
  private static let workers = 5

  @Test(.timeLimit(.minutes(1)))
  func `refused connections open the breaker, messages wait, and all go out when the host is back`() async throws {
    let settings = [
      "IFINU_WORKERS": "\(Self.workers)", "IFINU_BREAKER_FAILURES": "\(Self.failures)",
      "IFINU_BREAKER_COOLDOWN": "6s", "IFINU_RETRY_BASE": "100ms", "IFINU_RETRY_FACTOR": "1",
      "IFINU_MAX_ATTEMPTS": "10",
    ]
    try await withScene(settings) { scene in
      let port = try await Self.closedPort()
      let messages = Messages(60)
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker(["IFINU_EVOLUTION_URL": "http://127.0.0.1:\(port)"])
      try await eventually("an open breaker", every: .milliseconds(10)) {
        MetricsText(try await worker.get("/metrics").text)[#"whatsapp_disjuntor_estado{estado="aberto"}"#] == 1
      }
      // What failed comes back to its lane, and waits there with the rest: nothing is tried while the breaker is open.
      try await eventually("all messages in the lane", every: .milliseconds(10)) {
        try await scene.snapshot().lanes[.standard]?.length == 60
      }
      let page = MetricsText(try await worker.get("/metrics").text)
      let attempts = try #require(page[#"whatsapp_falhas_total{motivo="conexao"}"#])
      #expect((Double(Self.failures)..<Double(Self.failures + Self.workers)).contains(attempts))

      var options = SandboxOptions()
      options.apiKey = Scene.apiKey
      let host = try EvolutionSandbox(address: SocketAddress(host: "127.0.0.1", port: port), options: options)
      #expect(await host.waitUntil(received: 60, timeout: .seconds(40)))
      try await scene.awaitIdle()
      let received = host.received.map(\.text)
      await host.stop()
      #expect(Set(received) == Set(messages.texts) && received.count == 60)
      #expect(try await scene.deadLetters().isEmpty)
      #expect(worker.log.contains("state=aberto") && worker.log.contains("state=fechado"))
    }
  }

  /// A port that was given out a moment ago, and on which nobody listens.
  private static func closedPort() async throws -> UInt16 {
    let sandbox = try EvolutionSandbox()
    let port = UInt16(sandbox.port)
    await sandbox.stop()
    return port
  }
}
