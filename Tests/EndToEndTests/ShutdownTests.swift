import Delivery
import EvolutionSandbox
import Glibc
import Messaging
import TestSupport
import Testing

/// How a worker ends when it is told to.
@Suite struct ShutdownTests {
  /// As long as may be: what ends nevertheless has not waited for it.
  private static let longest = ["IFINU_SHUTDOWN_GRACE": "1h", "IFINU_SEND_TIMEOUT": "10m", "IFINU_LEASE": "1d"]

  @Test(.hangLimit)
  func `asked to end as soon as it has started, a worker ends in order`() async throws {
    try await withScene { scene in
      for _ in 1...10 {
        let worker = try await scene.startWorker()
        #expect(try await worker.stop() == .exited(0), "\(worker.log)")
      }
    }
  }

  @Test(.hangLimit, arguments: [SIGTERM, SIGINT])
  func `a signal ends it in order, with nothing lost and nothing doubled`(signal: Int32) async throws {
    try await withScene(Self.longest, sandbox: { $0.latency = .milliseconds(300) }) { scene in
      let messages = Messages(200)
      try await scene.enqueue(messages)
      // After so many the rate leaves time enough to tell it to end in the middle of its work.
      let first = try await scene.startWorker(["IFINU_BURST": "50", "IFINU_RATE": "0.5"])
      try await scene.awaitReceived(50)
      #expect(try await first.stop(with: signal) == .exited(0))

      let rest = try await scene.snapshot()
      #expect(rest.inFlight == 0 && rest.scheduled == 0 && rest.dead == 0)
      #expect(rest.lanes[.standard]?.length == 200 - scene.sandbox.receivedCount)
      #expect(rest.lanes[.standard]?.length ?? 0 > 0, "it was told too late to prove anything")

      _ = try await scene.startWorker()
      try await scene.awaitDelivery(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
    }
  }

  @Test(.hangLimit)
  func `a second signal ends it at once`() async throws {
    try await withScene(Self.longest, sandbox: { $0.respond = { _ in .hang() } }) { scene in
      try await scene.enqueue(Messages(3))
      let worker = try await scene.startWorker()
      try await awaitInFlight(3, scene)
      worker.signal(SIGTERM)
      try await eventually("draining", every: .milliseconds(5)) { worker.log.contains("draining") }
      #expect(worker.isRunning)
      #expect(try await worker.stop() == .exited(128 + SIGTERM))
    }
  }

  @Test(.hangLimit)
  func `a send that never ends is cut off at the end of the grace, and parked`() async throws {
    let settings = Self.longest.merging(["IFINU_SHUTDOWN_GRACE": "10s", "IFINU_RECONCILE": "off"]) { $1 }
    try await withScene(settings, sandbox: { $0.respond = { _ in .hang(recorded: true) } }) { scene in
      try await scene.enqueue(Messages(5))
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(5)
      #expect(try await worker.stop() == .exited(0))
      let letters = try await scene.deadLetters()
      #expect(letters.map(\.reason) == Array(repeating: "incerto", count: 5))
      #expect(letters.allSatisfy { $0.attempts == 1 })
      try await scene.awaitIdle()
      #expect(scene.sandbox.receivedCount == 5)
    }
  }

  @Test(.hangLimit)
  func `an idle worker ends at once`() async throws {
    try await withScene(Self.longest) { scene in
      let worker = try await scene.startWorker()
      try await eventually("readiness", every: .milliseconds(10)) { try await worker.get("/readyz").status == 200 }
      #expect(try await worker.stop() == .exited(0))
    }
  }

  @Test(.hangLimit)
  func `with Redis away it ends within its grace, and what it could not settle is delivered by the next`() async throws
  {
    let settings = ["IFINU_SHUTDOWN_GRACE": "5s"]
    let durable = ["--appendonly", "yes", "--appendfsync", "always"]
    try await withScene(redis: durable, settings, sandbox: { $0.latency = .milliseconds(500) }) { scene in
      // Enough for some to be on the wire whenever Redis goes.
      let messages = Messages(2_000)
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(20)
      await scene.redis.kill()
      #expect(try await worker.stop() == .exited(0))
      #expect(worker.log.contains("left unsettled"))

      try await scene.redis.restart()
      try await scene.expireLeases()
      _ = try await scene.startWorker(["IFINU_WORKERS": "500"])
      try await scene.awaitDelivery(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled <= 20)
    }
  }

  private func awaitInFlight(_ count: Int, _ scene: Scene) async throws {
    try await eventually("\(count) in flight", every: .milliseconds(10)) {
      try await scene.snapshot().inFlight == count
    }
  }
}
