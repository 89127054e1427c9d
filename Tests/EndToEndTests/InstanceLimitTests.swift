import Delivery
import EvolutionSandbox
import Foundation
import Messaging
import Redis
import TestSupport
import Testing

/// What a number may do at most, whatever number of workers there is.
@Suite struct InstanceLimitTests {
  /// Where it is about noon, so that no day ends during a test.
  private static let noon: String = {
    let hour = Int(Date.now.timeIntervalSince1970) / 3_600 % 24
    // The names count the hours the other way.
    return hour < 12 ? "Etc/GMT-\(12 - hour)" : "Etc/GMT+\(hour - 12)"
  }()

  @Test(.hangLimit)
  func `two workers keep a number's pace, its order and its daily cap together`() async throws {
    let settings = [
      "IFINU_INSTANCE_CONCURRENCY": "1", "IFINU_INSTANCE_INTERVAL": "200ms", "IFINU_INSTANCE_JITTER": "0",
      "IFINU_INSTANCE_DAILY_CAP": "20", "IFINU_TIME_ZONE": Self.noon,
    ]
    try await withScene(settings, sandbox: { $0.latency = .milliseconds(20) }) { scene in
      let messages = ["a", "b", "c"].map { Messages(30, on: $0) }
      _ = try await scene.startWorker()
      let worker = try await scene.startWorker()
      try await scene.push(Messages.inTurn(messages))
      try await scene.awaitReceived(60)
      try await scene.awaitGauges(
        worker,
        [
          #"whatsapp_fila_tamanho{fila="whatsapp"}"#: 30, #"whatsapp_estacionadas{motivo="limite_diario"}"#: 30,
          #"whatsapp_estacionadas{motivo="ritmo"}"#: 0, #"whatsapp_instancias{estado="limite_diario"}"#: 3,
          "whatsapp_em_voo": 0,
        ])
      for (name, messages) in zip(["a", "b", "c"], messages) {
        #expect(scene.texts(on: name) == Array(messages.texts.prefix(20)))
        #expect(scene.sandbox.mostSendsAtOnce[name] == 1)
        let times = scene.sends(on: name).map(\.arrivedAt)
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        // A send may be late at the server, as when it has to connect first, so that the next one seems early.
        #expect(gaps.allSatisfy { $0 >= 100_000 }, "µs between two sends on \(name): \(gaps)")
        #expect(gaps.count { $0 < 180_000 } <= 2 && gaps.reduce(0, +) >= 19 * 180_000, "\(gaps)")
        #expect(times.count == 20)
      }
      let snapshot = try await scene.snapshot()
      #expect(snapshot.scheduled == 0 && snapshot.dead == 0)
    }
  }

  @Test(.hangLimit)
  func `what an operator writes down for one number holds for that one, and lets it go on when it is raised`()
    async throws
  {
    try await withScene(["IFINU_TIME_ZONE": Self.noon]) { scene in
      try await scene.redisCommand("HSET", "ifinu:instancias:limites", "a", #"{"por_dia":5}"#)
      let messages = ["a", "b"].map { Messages(20, on: $0) }
      let worker = try await scene.startWorker(["IFINU_WORKERS": "4"])
      try await eventually("ready", every: .milliseconds(10)) { try await worker.get("/readyz").status == 200 }
      try await scene.push(Messages.inTurn(messages))
      try await scene.awaitReceived(25)
      try await scene.awaitGauges(worker, [#"whatsapp_estacionadas{motivo="limite_diario"}"#: 15])
      #expect(scene.sends(on: "a").count == 5 && scene.sends(on: "b").count == 20)
      try await scene.redisCommand("HSET", "ifinu:instancias:limites", "a", #"{"por_dia":12}"#)
      try await scene.awaitReceived(32)
      try await scene.awaitGauges(worker, [#"whatsapp_estacionadas{motivo="limite_diario"}"#: 8])
      try await scene.redisCommand("HDEL", "ifinu:instancias:limites", "a")
      try await scene.awaitAll(of: messages)
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
    }
  }

  @Test(.hangLimit)
  func `a number that is off for too long has its messages buried, and nobody else's`() async throws {
    try await withScene(
      ["IFINU_PARK_MAX": "1s"], sandbox: { $0.standingFaults.instances["desligada"] = .closed }
    ) { scene in
      let (off, others) = (Messages(300, on: "desligada"), Messages(50, on: "a"))
      try await scene.push(Messages.inTurn([off, others]))
      let worker = try await scene.startWorker()
      try await eventually("dead letters", every: .milliseconds(50)) { try await scene.snapshot().dead == 300 }
      try await scene.awaitReceived(50)
      try await scene.awaitEmpty()
      let letters = try await scene.deadLetters()
      #expect(letters.allSatisfy { $0.reason == "instancia_parada" && $0.instance == "desligada" })
      try await scene.awaitGauges(worker, [#"whatsapp_mortas_total{motivo="instancia_parada"}"#: 300])

      scene.sandbox.changeFaults { $0.instances = [:] }
      #expect(try await scene.run("dlq", "requeue", "--all").end == .exited(0))
      try await scene.awaitAll(of: [off, others])
      let ledger = scene.ledger([off, others])
      #expect(ledger.lost == 0 && ledger.doubled == 0)
    }
  }
}

extension Scene {
  /// Waits until a worker shows these values.
  func awaitGauges(_ worker: WorkerProcess, _ values: [String: Double]) async throws {
    var seen: [String: Double?] = [:]
    do {
      try await eventually("\(values)", every: .milliseconds(50)) {
        let page = MetricsText(try await worker.get("/metrics").text)
        for name in values.keys { seen[name] = page[name] }
        return values.allSatisfy { page[$0.key] == $0.value }
      }
    } catch {
      throw NeverCame(description: "\(error); seen: \(seen)")
    }
  }
}
