import Delivery
import EvolutionSandbox
import Foundation
import JSON
import TestSupport
import Testing

/// What becomes of a message by what Evolution answers.
@Suite struct AnswerTests {
  @Test(.hangLimit)
  func `a number that is not on WhatsApp is a dead letter at once`() async throws {
    try await withScene { scene in
      try await scene.push([
        #"{"id":"ninguem","telefone":"\#(Messages.number(0))","texto":"\#(Messages.commonWords)"}"#
      ])
      let worker = try await scene.startWorker()
      try await awaitDeadLetters(1, scene)
      let letter = try #require(try await scene.deadLetters().first)
      #expect(letter.reason == "numero_inexistente")
      #expect(letter.messageID == "ninguem" && letter.attempts == 1)
      #expect(!letter.error.contains(Messages.commonDigits))
      #expect(scene.sandbox.receivedCount == 0)
      try await expectCounts(worker, [#"whatsapp_mortas_total{motivo="numero_inexistente"}"#: 1])
    }
  }

  @Test(.hangLimit)
  func `what the server failed on is scheduled, with what the payload carried`() async throws {
    let settings = ["IFINU_RETRY_BASE": "1h", "IFINU_RETRY_JITTER": "0"]
    let failure = #"{"status":500,"error":"Internal Server Error","response":{"message":"something else"}}"#
    try await withScene(settings, sandbox: { $0.respond = { _ in .answer(500, failure) } }) { scene in
      let before = Date.now
      try await scene.push([
        """
        {"id":"volta","instancia":"loja","telefone":"\(Messages.number(1))","texto":"\(Messages.commonWords)",\
        "origem":{"sistema":"faturamento","versao":1.10,"sinal":"\\u00e7"},"tentativas":0}
        """
      ])
      _ = try await scene.startWorker()
      try await eventually("a scheduled retry", every: .milliseconds(10)) {
        try await scene.snapshot().scheduled == 1
      }
      let payload = try #require(try await scene.scheduledPayloads().first)
      let root = try JSONDocument(parsing: Array(payload.utf8)).root
      #expect(root["tentativas"]?.integer == 1)
      #expect(payload.contains(#""origem":{"sistema":"faturamento","versao":1.10,"sinal":"\u00e7"}"#))
      let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      let due = try #require(root["proxima_tentativa"]?.string)
      let delay = try (try? Date(due, strategy: .iso8601)) ?? Date(due, strategy: format)
      // The worker goes by the queue's clock, as near as it knows it.
      let bounds = before.addingTimeInterval(3_599)...Date.now.addingTimeInterval(3_601)
      #expect(bounds.contains(delay), "\(due)")
      #expect(try await scene.deadLetters().isEmpty && scene.sandbox.receivedCount == 0)
    }
  }

  @Test(.hangLimit)
  func `a push back waits as long as it was told to, and takes no attempt`() async throws {
    // With one attempt in all, a push back that took one would end among the dead letters.
    let settings = ["IFINU_MAX_ATTEMPTS": "1", "IFINU_RETRY_JITTER": "0"]
    let times = Recorder<ContinuousClock.Instant>()
    let pushBack: @Sendable (SandboxRequest) -> ScriptedAnswer? = { _ in
      times.add(.now)
      return times.count == 1 ? .answer(429, headers: [("Retry-After", "1")]) : nil
    }
    try await withScene(settings, sandbox: { $0.respond = pushBack }) { scene in
      let messages = Messages(1)
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker()
      try await scene.awaitDelivery(of: messages)
      #expect(times.count == 2)
      #expect(times.values[1] - times.values[0] >= .seconds(1))
      try await expectCounts(
        worker,
        [
          #"whatsapp_falhas_total{motivo="limite"}"#: 1, #"whatsapp_mensagens_total{destino="reagendada"}"#: 1,
          #"whatsapp_mensagens_total{destino="enviada"}"#: 1, #"whatsapp_mensagens_total{destino="morta"}"#: 0,
        ])
    }
  }

  @Test(.hangLimit)
  func `a message whose answer was lost is found at the server, and is sent`() async throws {
    let losing: @Sendable (SandboxRequest) -> ScriptedAnswer? = { request in
      request.text == nil ? nil : .drop(recorded: true)
    }
    try await withScene(sandbox: { $0.respond = losing }) { scene in
      let messages = Messages(1)
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker()
      try await scene.awaitReceived(1)
      try await scene.awaitEmpty()
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(try await scene.snapshot().dead == 0)
      try await expectCounts(
        worker,
        [
          #"whatsapp_envios_total{resultado="incerto"}"#: 1, #"whatsapp_reconciliadas_total{resultado="enviada"}"#: 1,
          #"whatsapp_mensagens_total{destino="enviada"}"#: 1, #"whatsapp_mensagens_total{destino="morta"}"#: 0,
        ])
    }
  }

  @Test(.hangLimit)
  func `an answer that was lost and is not looked up leaves one copy and an uncertain dead letter`() async throws {
    let settings = ["IFINU_RECONCILE": "off"]
    try await withScene(settings, sandbox: { $0.respond = { _ in .drop(recorded: true) } }) { scene in
      let messages = Messages(1)
      try await scene.enqueue(messages)
      let worker = try await scene.startWorker()
      try await awaitDeadLetters(1, scene)
      try await scene.awaitIdle()
      #expect(try await scene.deadLetters().map(\.reason) == ["incerto"])
      let ledger = scene.ledger(messages)
      #expect(ledger.lost == 0 && ledger.doubled == 0)
      #expect(try await scene.snapshot().scheduled == 0)
      try await expectCounts(
        worker,
        [
          #"whatsapp_envios_total{resultado="incerto"}"#: 1, #"whatsapp_falhas_total{motivo="incerto"}"#: 1,
          #"whatsapp_mortas_total{motivo="incerto"}"#: 1,
        ])
    }
  }

  private func awaitDeadLetters(_ count: Int, _ scene: Scene) async throws {
    try await eventually("\(count) dead letters", every: .milliseconds(10)) {
      try await scene.snapshot().dead == count
    }
  }

  /// A count follows the settlement that a test has waited for, so that it may be a moment late.
  private func expectCounts(_ worker: WorkerProcess, _ counts: [String: Double]) async throws {
    try await eventually("\(counts)", every: .milliseconds(20)) {
      let page = MetricsText(try await worker.get("/metrics").text)
      return counts.allSatisfy { page[$0.key] == $0.value }
    }
  }
}
