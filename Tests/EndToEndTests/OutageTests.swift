import Delivery
import EvolutionSandbox
import Glibc
import TestSupport
import Testing

/// What holds a worker up for longer than its leases and time-outs last doubles nothing.
@Suite(.hangLimit)
struct OutageTests {
  @Test func `writes that Redis refuses for longer than a lease lasts double nothing, and are no readiness`()
    async throws
  {
    try await withScene(
      ["IFINU_LEASE": "2s", "IFINU_SEND_TIMEOUT": "1500ms"], sandbox: { $0.latency = .milliseconds(200) }
    ) { scene in
      let messages = Messages(60)
      try await scene.enqueue(messages)
      let workers = [try await scene.startWorker(), try await scene.startWorker()]
      try await scene.awaitReceived(20)
      try await scene.configureRedis("min-replicas-to-write", "1")
      try await eventually("the worker is not ready") { try await workers[0].get("/readyz").status == 503 }
      let end = ContinuousClock.now + .seconds(5)
      while ContinuousClock.now < end {
        #expect(try await workers[0].get("/readyz").status == 503)
        #expect(MetricsText(try await workers[0].get("/metrics").text)["redis_up"] == 0)
      }
      try await scene.configureRedis("min-replicas-to-write", "0")
      try await scene.awaitDelivery(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      try await eventually("the worker is ready") { try await workers[0].get("/readyz").status == 200 }
    }
  }

  @Test func `a worker that was stopped for longer than a send may take finds the answers that came`() async throws {
    try await withScene(
      ["IFINU_SEND_TIMEOUT": "3s"], sandbox: { $0.latency = .milliseconds(500) }
    ) { scene in
      let messages = Messages(20)
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(20)
      worker.signal(SIGSTOP)
      // The answers lie in its sockets, and the time-outs pass.
      let end = ContinuousClock.now + .seconds(4)
      try await eventually("the time-outs have passed") { ContinuousClock.now > end }
      worker.signal(SIGCONT)
      try await scene.awaitIdle()
      #expect(try await scene.snapshot().dead == 0)
      #expect(try await scene.snapshot().sentTotal == 20)
    }
  }
}
