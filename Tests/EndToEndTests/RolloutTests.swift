import Delivery
import EvolutionSandbox
import JSON
import Messaging
import Redis
import TestSupport
import Testing

/// What workers of the version before have left in Redis, or still do there.
@Suite struct RolloutTests {
  @Test(.hangLimit)
  func `what they have leased, scheduled and queued is taken over`() async throws {
    try await withScene { scene in
      let leased = Messages(10, on: "a")
      let scheduled = Messages(10, on: "b")
      let recovered = Messages(10, on: "c")
      let queued = [Lane.urgent, .standard, .low].map { (lane: $0, messages: Messages(10, on: "d-\($0.name)")) }
      for (number, payload) in leased.payloads.enumerated() {
        let lane = Lane.allCases[number % 3].name
        try await lease(payload, recoveries: number % 2, lane, number, until: 1_000, in: scene)
      }
      for (number, payload) in scheduled.payloads.enumerated() {
        let token = token(100 + number)
        let retried = payload.dropLast() + #","tentativas":1,"proxima_tentativa":"2025-01-01T00:00:00Z"}"#
        try await scene.redisCommand("HSET", "ifinu:agendadas:corpos", token, "whatsapp|0|\(retried)")
        try await scene.redisCommand("ZADD", "ifinu:agendadas", "\(1_000 + number)", token)
      }
      for payload in recovered.payloads {
        try await scene.redisCommand("RPUSH", "ifinu:fila:whatsapp", marked(payload))
      }
      for (lane, messages) in queued { try await scene.push(messages.payloads, to: lane) }

      _ = try await scene.startWorker()
      let all = [leased, scheduled, recovered] + queued.map(\.messages)
      try await scene.awaitAll(of: all)
      let ledger = scene.ledger(all)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(try await scene.deadLetters().isEmpty)
      for key in [
        "ifinu:em_voo", "ifinu:em_voo:corpos", "ifinu:agendadas", "ifinu:agendadas:corpos", "ifinu:em_voo:iniciadas",
      ] {
        try await eventually("nothing in \(key)", every: .milliseconds(20)) {
          try await scene.redisCommand("TYPE", key).text == "none"
        }
      }
    }
  }

  @Test(.hangLimit)
  func `what they give back to a lane's front while messages are sorted goes out, and waits with its instance`()
    async throws
  {
    try await withScene(sandbox: { $0.standingFaults.instances["parada"] = .closed }) { scene in
      let stopped = Messages(20, on: "parada")
      let (released, itsOwn) = (Messages(10, on: "a"), Messages(10, on: "parada"))
      let (recovered, held) = (Messages(10, on: "b"), Messages(1, on: "c"))
      // Their leases, which last: nobody may touch them meanwhile.
      let far = 4_000_000_000_000
      for (number, payload) in (released.payloads + itsOwn.payloads + held.payloads).enumerated() {
        try await lease(payload, recoveries: 0, "whatsapp", number, until: far, in: scene)
      }
      try await scene.enqueue(stopped)
      _ = try await scene.startWorker()
      try await scene.awaitStopped("parada")
      try await eventually("its messages with it", every: .milliseconds(20)) {
        try await scene.parked(for: "parada").count == 20
      }

      for (number, payload) in (released.payloads + itsOwn.payloads).enumerated() {
        try await scene.redisCommand("RPUSH", "ifinu:fila:whatsapp", payload)
        try await end(number, in: scene)
      }
      for payload in recovered.payloads {
        try await scene.redisCommand("RPUSH", "ifinu:fila:whatsapp", marked(payload))
      }
      try await scene.awaitReceived(20)
      try await eventually("what is the stopped one's, with it", every: .milliseconds(20)) {
        try await scene.parked(for: "parada").count == 30
      }
      #expect(try await scene.snapshot().lanes[.standard]?.length == 30)
      #expect(try await scene.snapshot().inFlight == 1)
      // What the other has sent it acknowledges.
      try await end(20, in: scene)

      scene.sandbox.changeFaults { $0.instances = [:] }
      let all = [stopped, released, itsOwn, recovered]
      try await scene.awaitAll(of: all)
      let ledger = scene.ledger(all)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(scene.sandbox.receivedCount == 50)
      #expect(try await scene.deadLetters().isEmpty)
    }
  }

  private func token(_ number: Int) -> String { "1x2y3z-\(String(1_000_000_000_000 + number).dropFirst())" }

  private func lease(
    _ payload: String, recoveries: Int, _ lane: String, _ number: Int, until expiry: Int, in scene: Scene
  ) async throws {
    let envelope = "\(lane)|\(recoveries)|\(payload)"
    try await scene.redisCommand("HSET", "ifinu:em_voo:corpos", token(number), envelope)
    try await scene.redisCommand("ZADD", "ifinu:em_voo", "\(expiry)", token(number))
  }

  private func end(_ number: Int, in scene: Scene) async throws {
    try await scene.redisCommand("HDEL", "ifinu:em_voo:corpos", token(number))
    try await scene.redisCommand("ZREM", "ifinu:em_voo", token(number))
  }

  private func marked(_ payload: String) -> String { #"{"recuperacoes":1,"# + payload.dropFirst() }
}
