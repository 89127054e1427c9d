import Concurrency
import Delivery
import EvolutionSandbox
import TestSupport
import Testing

/// What may die without a message being lost.
@Suite struct CrashTests {
  private static let workers = 20
  private static let settings = ["IFINU_WORKERS": "\(workers)"]

  @Test(.hangLimit)
  func `a worker that is killed loses nothing, and doubles no more than was in flight`() async throws {
    let isKilled = ManualResetEvent()
    let sandbox: (inout SandboxOptions) -> Void = { options in
      options.latency = .milliseconds(5)
      // However late it is killed, there is something left.
      options.respond = { request in request.ordinal > 4_000 && !isKilled.isSet ? .hang() : nil }
    }
    try await withScene(Self.settings, sandbox: sandbox) { scene in
      let messages = Messages(5_000)
      try await scene.enqueue(messages)
      let victim = try await scene.startWorker()
      try await scene.awaitReceived(1_500)
      try await victim.kill()
      isKilled.set()
      let inFlight = try await scene.snapshot().inFlight
      #expect(inFlight <= Self.workers)
      #expect(scene.ledger(messages).lost > inFlight, "it was killed too late to prove anything")

      try await scene.expireLeases()
      _ = try await scene.startWorker()
      try await scene.awaitDelivery(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0)
      #expect(ledger.doubled <= inFlight)
      #expect(try await scene.deadLetters().isEmpty)
    }
  }

  /// With `appendfsync always`, since only then nothing that Redis has acknowledged is forgotten: with `everysec` up to
  /// a second of it is, and what was sent in that second is sent again.
  @Test(.hangLimit)
  func `a Redis that is killed and comes back loses nothing, and the worker goes on by itself`() async throws {
    let durable = ["--appendonly", "yes", "--appendfsync", "always"]
    try await withScene(redis: durable, Self.settings, sandbox: { $0.latency = .milliseconds(5) }) { scene in
      let messages = Messages(3_000)
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker()
      for share in [500, 1_500] {
        try await scene.awaitReceived(share)
        await scene.redis.kill()
        try await eventually("the worker to notice", every: .milliseconds(20)) {
          try await worker.get("/readyz").status == 503
        }
        try await scene.redis.restart()
      }
      try await scene.awaitDelivery(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0)
      #expect(ledger.doubled <= 2 * Self.workers)
      #expect(worker.isRunning)
      #expect(try await scene.deadLetters().isEmpty)
      #expect(try await worker.stop() == .exited(0))
    }
  }

  @Test(.hangLimit)
  func `a worker that is started before Redis waits for it`() async throws {
    try await withScene { scene in
      await scene.redis.kill()
      let worker = try await scene.startWorker()
      #expect(try await worker.get("/readyz").status == 503)
      #expect(try await worker.get("/livez").status == 200)
      try await scene.redis.restart()
      let messages = Messages(10)
      try await scene.enqueue(messages)
      try await scene.awaitDelivery(of: messages)
    }
  }
}
