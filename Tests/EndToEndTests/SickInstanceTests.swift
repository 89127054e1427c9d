import Delivery
import EvolutionSandbox
import Glibc
import JSON
import Messaging
import Redis
import TestSupport
import Testing

/// Instances that can't send: their messages wait, and nobody else's do.
@Suite struct SickInstanceTests {
  @Test(.hangLimit, arguments: [1, 20])
  func `a phone that is off costs a few sends and no attempt, and its messages go in order once it is on`(workers: Int)
    async throws
  {
    try await withScene(
      ["IFINU_WORKERS": "\(workers)"], sandbox: { $0.standingFaults.instances["desligada"] = .closed }
    ) { scene in
      let off = Messages(200, on: "desligada")
      let others = ["a", "b", "c"].map { Messages(60, on: $0) }
      try await scene.push(Messages.inTurn([off] + others))
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(180)
      try await scene.awaitStopped("desligada")
      try await eventually("all its messages with it", every: .milliseconds(20)) {
        try await scene.parked(for: "desligada").count == 200
      }
      let waiting = try await scene.parked(for: "desligada")
      let isInOrder = waiting.map { $0.root["texto"]?.string } == off.texts
      let ids = waiting.prefix(25).map { $0.root["id"]?.string?.split(separator: "-").last ?? "" }
      #expect(isInOrder, "they wait as \(ids.joined(separator: " "))")
      #expect(waiting.allSatisfy { $0.root["tentativas"] == nil && $0.root["proxima_tentativa"] == nil })
      #expect(scene.sends(on: "desligada").count <= workers + 10)
      let snapshot = try await scene.snapshot()
      #expect(snapshot.dead == 0 && snapshot.scheduled == 0 && snapshot.lanes[.standard]?.length == 200)
      let page = MetricsText(try await worker.get("/metrics").text)
      #expect(page[#"whatsapp_instancia_paradas_total{motivo="instancia_indisponivel"}"#] == 1)

      scene.sandbox.changeFaults { $0.instances = [:] }
      try await scene.awaitAll(of: [off] + others)
      let ledger = scene.ledger([off] + others)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      // Sends that are under way at once may overtake each other on the way, so that more workers show nothing.
      if workers == 1 { #expect(scene.texts(on: "desligada") == off.texts) }
      #expect(try await scene.deadLetters().isEmpty)
    }
  }

  @Test(.hangLimit)
  func `a worker that ends while instances are stopped loses nothing, and the next goes on where it was`()
    async throws
  {
    let stopped = ["x": Fault.closed, "y": .wrongKey, "z": .restricted]
    try await withScene(sandbox: { $0.standingFaults.instances = stopped }) { scene in
      let waiting = stopped.keys.sorted().map { Messages(40, on: $0) }
      let others = ["a", "b"].map { Messages(40, on: $0) }
      try await scene.push(Messages.inTurn(waiting + others))
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(80)
      for name in stopped.keys { try await scene.awaitStopped(name) }
      try await scene.awaitUnsent(120)
      let before = try await scene.status()
      #expect(try await worker.stop() == .exited(0))
      let after = try await scene.status()
      #expect(after.inFlight == 0 && after.scheduled == 0 && after.dead == 0)
      #expect(after.whole == before.whole && after.whole == 120 && after.sent == before.sent && after.sent == 80)

      scene.sandbox.changeFaults { $0.instances = [:] }
      _ = try await scene.startWorker()
      try await scene.awaitAll(of: waiting + others)
      let ledger = scene.ledger(waiting + others)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(try await scene.deadLetters().isEmpty)
    }
  }

  @Test(.hangLimit)
  func `a worker told to end while it sorts 3,000 messages loses nothing`() async throws {
    try await withScene(["IFINU_RATE": "200"], sandbox: { $0.latency = .milliseconds(20) }) { scene in
      let messages = (1...30).map { Messages(100, on: "loja-\($0)") }
      try await scene.push(messages.flatMap(\.payloads))
      let first = try await scene.startWorker()
      try await scene.awaitReceived(20)
      #expect(try await first.stop() == .exited(0))
      let status = try await scene.status()
      #expect(status.inFlight == 0 && status.dead == 0)
      #expect(status.whole + scene.sandbox.receivedCount == 3_000 && status.whole > 0)

      _ = try await scene.startWorker(["IFINU_RATE": "0"])
      try await scene.awaitAll(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
    }
  }
}

extension Scene {
  /// What `ifinu status --json` says.
  struct Status {
    let lanes: Int
    let inFlight: Int
    let scheduled: Int
    let dead: Int
    let sent: Int

    /// All that is still to be sent.
    var whole: Int { lanes + inFlight + scheduled }
  }

  /// Asks `ifinu status --json`.
  func status() async throws -> Status {
    let outcome = try await run("status", "--json", "--interval", "10ms")
    let root = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    func number(_ view: JSONView?) throws -> Int { try #require(view?.integer) }
    var lanes = 0
    for name in ["urgente", "whatsapp", "baixa"] { lanes += try number(root["lanes"]?[name]?["length"]) }
    return Status(
      lanes: lanes, inFlight: try number(root["in_flight"]), scheduled: try number(root["scheduled"]),
      dead: try number(root["dead"]), sent: try number(root["sent_total"]))
  }

  /// Waits until an instance is stopped.
  func awaitStopped(_ instance: String) async throws {
    try await eventually("\(instance) is stopped", every: .milliseconds(10)) {
      try await redisCommand("HEXISTS", "ifinu:instancias:saude", instance).integer == 1
    }
  }

  /// Waits until so many messages are in the queue, and none of them in flight.
  func awaitUnsent(_ count: Int) async throws {
    try await eventually("\(count) messages that wait", every: .milliseconds(20)) {
      let snapshot = try await snapshot()
      return snapshot.inFlight == 0 && snapshot.unsent == count
    }
  }
}
