import Delivery
import EvolutionSandbox
import Glibc
import JSON
import TestSupport
import Testing

/// `ifinu loadtest` and `ifinu sandbox`
@Suite struct ShowTests {
  @Test(.hangLimit, arguments: [true, false])
  func `a load test measures the worker that is there, or one of its own`(isThere: Bool) async throws {
    try await withScene(["IFINU_TEST_NUMBER": Messages.number(1)], sandbox: { $0.latency = .milliseconds(2) }) {
      scene in
      let worker = isThere ? try await scene.startWorker() : nil
      let port = try HeldPort()
      let address = worker?.httpAddress ?? "127.0.0.1:\(port.number)"
      let outcome = try await scene.run("loadtest", "200", "--json", with: ["IFINU_HTTP_ADDRESS": address])
      #expect(outcome.end == .exited(0), "\(outcome.errors)")
      let report = try JSONDocument(parsing: Array(outcome.output.utf8)).root
      #expect(report["messages"]?.integer == 200 && report["sent"]?.integer == 200)
      #expect(report["dead"]?.integer == 0 && report["retried"]?.integer == 0)
      #expect(report["send_seconds"]?["p99"]?.double ?? 0 >= 0.002)
      #expect(report["wait_seconds"]?["p50"]?.double ?? 0 > 0)
      #expect(report["peak_memory_bytes"]?.double ?? 0 > 1e6)
      #expect(scene.sandbox.receivedCount == 200)
      #expect(worker?.isRunning != false)
    }
  }

  @Test(.hangLimit)
  func `a load test without a recipient is refused`() async throws {
    try await withScene { scene in
      let outcome = try await scene.run("loadtest", "5", with: ["IFINU_HTTP_ADDRESS": "127.0.0.1:1"])
      #expect(outcome.end == .exited(78) && outcome.errors.contains("IFINU_TEST_NUMBER"))
      let portless = try await scene.run("loadtest", "5")
      #expect(portless.end == .exited(78) && portless.errors.contains("IFINU_HTTP_ADDRESS"))
      #expect(try await scene.snapshot().lanes.values.allSatisfy { $0.length == 0 })
    }
  }

  @Test(.hangLimit)
  func `the sandbox tells its address, and what it receives without the number`() async throws {
    try await withScene { scene in
      let sandbox = try await Program.start(["sandbox", "--address", "127.0.0.1:0", "--verbose", "--latency", "1ms"])
      try await eventually("its address", every: .milliseconds(5)) { sandbox.output.contains("\n") }
      let address = try #require(sandbox.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).0
      let messages = Messages(3, on: "filial")
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker(["IFINU_EVOLUTION_URL": String(address)])
      try await eventually("three messages", every: .milliseconds(10)) {
        messages.texts.allSatisfy { sandbox.output.contains("filial → 5511*****") && sandbox.output.contains($0) }
      }
      #expect(!sandbox.output.contains(Messages.commonDigits))
      try await worker.stop()
      sandbox.signal(SIGINT)
      #expect(try await sandbox.end() == .exited(0))
      #expect(sandbox.output.hasSuffix("3 messages received\n") && sandbox.errors.isEmpty, "\(sandbox.errors)")
    }
  }
}
