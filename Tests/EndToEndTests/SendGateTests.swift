import Delivery
import EvolutionSandbox
import Foundation
import Messaging
import Redis
import TestSupport
import Testing

/// What keeps a message from going out at the last moment.
@Suite struct SendGateTests {
  private static func payload(
    _ id: String, to number: String = Messages.number(1), on instance: String = "loja", _ text: String? = nil
  ) -> String {
    let text = text ?? id
    return """
      {"id":"\(id)","instancia":"\(instance)","telefone":"\(number)","texto":"\(Messages.commonWords) \(text)"}
      """
  }

  private static let pushBack =
    #"{"status":429,"error":"Too Many Requests","response":{"message":["rate-overlimit"]}}"#

  private static func received(_ scene: Scene) -> [String] {
    scene.sandbox.received.map { String($0.text.dropFirst(Messages.commonWords.count + 1)) }
  }

  @Test(.hangLimit)
  func `who has opted out is not written to, with or without the ninth digit, whatever instance it is`() async throws {
    try await withScene { scene in
      let eight = "55118888" + Messages.number(2).suffix(4)
      // One as it is written on the messages, one in the other form.
      try await scene.redisCommand("SADD", "ifinu:descadastrados", Messages.number(1), eight)
      try await scene.push([
        Self.payload("fora"), Self.payload("tambem", on: "filial"), Self.payload("outra-forma", to: Messages.number(2)),
        Self.payload("dentro", to: Messages.number(3)),
      ])
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(1)
      try await eventually("dead letters", every: .milliseconds(20)) { try await scene.snapshot().dead == 3 }
      let letters = try await scene.deadLetters()
      #expect(letters.allSatisfy { $0.reason == "descadastrado" })
      #expect(Set(letters.compactMap(\.messageID)) == ["fora", "tambem", "outra-forma"])
      #expect(Self.received(scene) == ["dentro"])
      try await scene.awaitGauges(worker, [#"whatsapp_mortas_total{motivo="descadastrado"}"#: 3])
      // All of them again: these stay, as nobody may be written to against their will by a slip.
      _ = try await scene.run("dlq", "requeue", "--all")
      try await scene.awaitEmpty()
      #expect(try await scene.snapshot().dead == 3 && scene.sandbox.receivedCount == 1)
    }
  }

  @Test(.hangLimit)
  func `an id that was sent is not sent again to the same recipient on the same instance`() async throws {
    try await withScene { scene in
      let worker = try await scene.startWorker()
      try await scene.push([Self.payload("a", "primeira")])
      try await scene.awaitReceived(1)
      try await scene.awaitEmpty()
      try await scene.push([
        Self.payload("a", "segunda"), Self.payload("a", to: Messages.number(2), "outra pessoa"),
        Self.payload("a", on: "filial", "outro lugar"), Self.payload("b", "nova"),
      ])
      try await scene.awaitReceived(4)
      try await scene.awaitEmpty()
      #expect(Set(Self.received(scene)) == ["primeira", "outra pessoa", "outro lugar", "nova"])
      try await scene.awaitGauges(
        worker,
        [
          #"whatsapp_mensagens_total{destino="duplicada"}"#: 1, #"whatsapp_mensagens_total{destino="enviada"}"#: 4,
          #"whatsapp_mensagens_total{destino="morta"}"#: 0,
        ])
    }
  }

  @Test(.hangLimit)
  func `of many copies at once, on many workers, one goes out`() async throws {
    try await withScene(sandbox: { $0.latency = .milliseconds(100) }) { scene in
      _ = try await scene.startWorker()
      _ = try await scene.startWorker()
      let copies = (1...10).flatMap { id in (1...10).map { Self.payload("\(id)", "\(id) \($0)") } }
      try await scene.push(copies)
      try await scene.awaitEmpty()
      #expect(scene.sandbox.receivedCount == 10)
      #expect(Set(Self.received(scene).compactMap { $0.split(separator: " ").first }).count == 10)
      #expect(try await scene.snapshot().dead == 0)
    }
  }

  @Test(.hangLimit)
  func `a failed first attempt does not make its retry a duplicate, and without a window nothing is one`() async throws
  {
    let times = Recorder<Int>()
    let failing: @Sendable (SandboxRequest) -> ScriptedAnswer? = { request in
      guard request.text?.hasSuffix("a") == true else { return nil }
      times.add(1)
      return times.count == 1 ? .answer(429, Self.pushBack, headers: [("Retry-After", "1")]) : nil
    }
    try await withScene(sandbox: { $0.respond = failing }) { scene in
      let worker = try await scene.startWorker()
      try await scene.push([Self.payload("a")])
      try await scene.awaitReceived(1)
      try await scene.awaitEmpty()
      #expect(try await worker.stop() == .exited(0))
      _ = try await scene.startWorker(["IFINU_DEDUP_WINDOW": "0s"])
      try await scene.push([Self.payload("a"), Self.payload("a")])
      try await scene.awaitReceived(3)
      try await scene.awaitEmpty()
    }
  }

  @Test(.hangLimit)
  func `at night messages wait, but for urgent ones`() async throws {
    // The recipients' clocks are three hours behind, all year round.
    let hour = (Int(Date.now.timeIntervalSince1970) / 3_600 + 21) % 24
    func clock(_ hour: Int) -> String { "\(String(format: "%02d", (hour + 24) % 24)):00" }
    let night = ["IFINU_QUIET_HOURS": "\(clock(hour - 1))-\(clock(hour + 3))"]
    try await withScene(night) { scene in
      let worker = try await scene.startWorker()
      let (waiting, urgent) = (Messages(20, on: "a"), Messages(5, on: "a"))
      try await scene.enqueue(waiting)
      try await scene.awaitGauges(
        worker,
        [
          #"whatsapp_estacionadas{motivo="silencio"}"#: 20, #"whatsapp_fila_tamanho{fila="whatsapp"}"#: 20,
          #"whatsapp_instancias{estado="silencio"}"#: 1,
        ])
      try await scene.push(urgent.payloads, to: .urgent)
      try await scene.awaitReceived(5)
      let snapshot = try await scene.snapshot()
      #expect(Set(scene.texts(on: "a")) == Set(urgent.texts))
      #expect(snapshot.dead == 0 && snapshot.scheduled == 0 && snapshot.lanes[.standard]?.length == 20)
    }
  }

  @Test(.hangLimit)
  func `later messages to a recipient wait behind one that is tried again, where order is kept`() async throws {
    let times = Recorder<Int>()
    let failing: @Sendable (SandboxRequest) -> ScriptedAnswer? = { request in
      guard request.text?.hasSuffix("-1") == true else { return nil }
      times.add(1)
      return times.count == 1 ? .answer(429, Self.pushBack, headers: [("Retry-After", "8")]) : nil
    }
    try await withScene(
      ["IFINU_KEEP_ORDER": "on", "IFINU_WORKERS": "1"], sandbox: { $0.respond = failing }
    ) { scene in
      let mine = (1...5).map { Self.payload("m-\($0)") }
      let others = (1...5).map { Self.payload("o\($0)", to: Messages.number(2)) }
      try await scene.push(mine + others)
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(5)
      try await scene.awaitGauges(worker, [#"whatsapp_estacionadas{motivo="ordem"}"#: 4])
      try await scene.awaitReceived(10)
      try await scene.awaitEmpty()
      #expect(Self.received(scene) == (1...5).map { "o\($0)" } + (1...5).map { "m-\($0)" })
    }
  }
}
