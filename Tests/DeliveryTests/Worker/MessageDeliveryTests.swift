import Messaging
import TestSupport
import Testing
import Time

@testable import Delivery

@Suite(.hangLimit) struct MessageDeliveryTests {
  @Test func `sends a message, acknowledges it and counts it once`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender)
    try await bench.deliver(Documents.plain(#""instancia":"loja","criado_em":"2026-01-15T11:59:57Z""#))
    #expect(sender.ids == ["m1"])
    #expect(sender.messages.first?.instance.value == "loja")
    #expect(sender.messages.first?.number.digits == "5511988887777")
    let snapshot = try await bench.memory.snapshot()
    #expect(snapshot.sentTotal == 1)
    #expect(snapshot.inFlight == 0)
    #expect(bench.settled == ["enviada": 1])
    #expect(bench.attempts == ["sucesso": 1])
    #expect(bench.failures.isEmpty)
    #expect(bench.registry.value(#"whatsapp_envio_duracao_seconds_count{resultado="sucesso"}"#) == 1)
    #expect(bench.registry.value(#"whatsapp_fila_espera_seconds_sum{fila="whatsapp"}"#) == 3)
    #expect(bench.registry.value("whatsapp_limitador_espera_seconds_count") == 1)
    #expect(bench.registry.value("whatsapp_ultimo_envio_timestamp_seconds") == DeliveryBench.epoch.seconds)
    #expect(bench.held.all.isEmpty)
  }

  @Test(arguments: SendFailure.Kind.allCases)
  func `puts each failure in its place and counts it there`(kind: SendFailure.Kind) async throws {
    let bench = try DeliveryBench(.failing(SendFailure(kind, detail: "seen")))
    try await bench.deliver(Documents.plain(#""tentativas":1,"adiamentos":2"#))
    #expect(bench.attempts == [kind == .uncertain ? "incerto" : "falha": 1])
    #expect(bench.failures == [kind.rawValue: 1])
    let snapshot = try await bench.memory.snapshot()
    #expect(snapshot.inFlight == 0)
    if kind.usualScope == .instance && kind != .uncertain && kind != .rateLimited {
      #expect(bench.settled == ["estacionada": 1])
      #expect(bench.registry.values(of: "whatsapp_instancia_paradas_total") == [kind.rawValue: 1])
      #expect(snapshot.lanes[.standard]?.length == 1)
      #expect(bench.deaths.isEmpty)
    } else if kind.isPermanent || kind == .uncertain {
      #expect(bench.settled == ["morta": 1])
      #expect(bench.deaths == [kind.rawValue: 1])
      let dead = try #require(bench.memory.deadLetters.first)
      #expect(dead.reason == kind.rawValue)
      #expect(dead.error == "\(kind.rawValue): seen")
      #expect(dead.messageID == "m1")
      #expect(dead.attempts == 2)
      #expect(dead.payload == Documents.plain(#""tentativas":1,"adiamentos":2"#))
    } else {
      #expect(bench.settled == ["reagendada": 1])
      #expect(bench.deaths.isEmpty)
      let again = try Message(payload: try #require(bench.memory.scheduledPayloads.first))
      #expect(again.attempts == (kind == .rateLimited ? 1 : 2))
      #expect(again.deferrals == (kind == .rateLimited ? 3 : 2))
      let delay = Duration.seconds(kind == .rateLimited ? 7200 : 1500)
      #expect(again.dueAt == DeliveryBench.epoch.advanced(by: delay))
      #expect(try await bench.memory.promote().nextDue == delay)
    }
  }

  @Test func `gives a message up after its last attempt`() async throws {
    let bench = try DeliveryBench(.failing(SendFailure(.serverError, detail: "500")))
    try await bench.deliver(Documents.plain(#""tentativas":2"#))
    #expect(bench.deaths == ["tentativas_esgotadas": 1])
    #expect(bench.memory.deadLetters.first?.attempts == 3)
  }

  @Test(arguments: ["3", "4", "9223372036854775807"])
  func `does not send what came with its attempts used up`(attempts: String) async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender)
    try await bench.deliver(Documents.plain(#""tentativas":\#(attempts)"#))
    #expect(sender.calls == 0)
    #expect(bench.attempts.isEmpty)
    #expect(bench.deaths == ["tentativas_esgotadas": 1])
  }

  @Test func `retries what is uncertain where that is wanted`() async throws {
    let bench = try DeliveryBench(.failing(SendFailure(.uncertain, detail: "504")), onUncertain: .retry)
    try await bench.deliver(Documents.plain())
    #expect(bench.settled == ["reagendada": 1])
    #expect(bench.attempts == ["incerto": 1])
  }

  @Test func `defers as long as it was asked to`() async throws {
    let bench = try DeliveryBench(.failing(SendFailure(.rateLimited, detail: "429", retryAfter: .seconds(40))))
    try await bench.deliver(Documents.plain())
    #expect(try await bench.memory.promote().nextDue == .seconds(40))
  }

  @Test func `survives being asked to stay away for ever`() async throws {
    let forever = Duration.seconds(Int64.max / 4)
    let bench = try DeliveryBench(.failing(SendFailure(.rateLimited, detail: "429", retryAfter: forever)))
    try await bench.deliver(Documents.plain())
    #expect(bench.settled == ["reagendada": 1])
  }

  @Test func `schedules what is not due, as it came and without an attempt`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender)
    let payload = Documents.plain(#""proxima_tentativa":"2026-01-15T12:01:00Z""#)
    try await bench.deliver(payload)
    #expect(sender.calls == 0)
    #expect(bench.memory.scheduledPayloads == [payload])
    #expect(try await bench.memory.promote().nextDue == .seconds(60))
    #expect(bench.settled == ["reagendada": 1])
    #expect(bench.attempts.isEmpty)
  }

  @Test(arguments: [
    "2026-01-15T12:00:00.4Z", "2026-01-15T11:00:00Z", "1678-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
  ])
  func `sends what is due, or nearly`(due: String) async throws {
    let bench = try DeliveryBench()
    try await bench.deliver(Documents.plain(#""proxima_tentativa":"\#(due)""#))
    #expect(bench.settled == ["enviada": 1])
  }

  @Test(arguments: ["1678-01-01T00:00:00Z", "2261-12-31T00:00:00Z"])
  func `sends what was enqueued at an odd time, and counts no wait below nothing`(created: String) async throws {
    let bench = try DeliveryBench()
    try await bench.deliver(Documents.plain(#""criado_em":"\#(created)""#))
    #expect(bench.settled == ["enviada": 1])
    #expect(try #require(bench.registry.value(#"whatsapp_fila_espera_seconds_sum{fila="whatsapp"}"#)) >= 0)
  }

  @Test func `buries what it does not understand, with the field and the id`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender)
    let payload = Array(#"{"id":"a7","telefone":"123","texto":"oi"}"#.utf8)
    try await bench.deliver(payload)
    try await bench.deliver(Array("lixo".utf8))
    #expect(sender.calls == 0)
    #expect(bench.settled == ["morta": 2])
    #expect(bench.deaths == ["payload_invalido": 2])
    #expect(bench.memory.deadLetters.map(\.field) == ["telefone", "payload"])
    #expect(bench.memory.deadLetters.map(\.messageID) == ["a7", nil])
    #expect(bench.memory.deadLetters.first?.payload == payload)
    #expect(bench.memory.deadLetters.allSatisfy { $0.reason == "payload_invalido" && $0.attempts == 0 })
  }

  @Test func `gives back a message whose lease would end too soon after it waited for a token`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender, rate: 0.02)
    _ = await bench.limiter.acquire()
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await bench.clock.awaitSleepers(1)
    bench.clock.advance(by: .seconds(50))
    await delivery.value
    #expect(sender.calls == 0)
    #expect(bench.settled == ["devolvida": 1])
    #expect(try await bench.memory.reserve(upTo: 1).map(\.recoveries) == [0])
  }

  @Test func `returns what waits for a token when the limiter closes`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender, rate: 0.02)
    _ = await bench.limiter.acquire()
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await eventually("it waits") { bench.limiter.waiting == 1 }
    bench.limiter.close()
    await delivery.value
    #expect(sender.calls == 0)
    #expect(bench.settled == ["devolvida": 1])
    #expect(bench.memory.payloads(in: .standard) == [Documents.plain()])
  }

  @Test func `returns what comes to an open breaker, without an attempt`() async throws {
    let sender = StubSender.failing(SendFailure(.connectionFailed, detail: "refused", scope: .host))
    let bench = try DeliveryBench(sender)
    for _ in 0..<2 { try await bench.deliver(Documents.plain()) }
    #expect(bench.hosts[nil].breaker.phase == .open)
    try await bench.deliver(Documents.plain(id: "later"))
    #expect(sender.calls == 2)
    #expect(bench.settled == ["reagendada": 1, "devolvida": 2])
    #expect(bench.memory.payloads(in: .standard) == [Documents.plain(), Documents.plain(id: "later")])
  }

  @Test func `lets the next one be the probe when a message comes to nothing before it is sent`() async throws {
    let bench = try DeliveryBench()
    for _ in 0..<2 { _ = bench.hosts[nil].breaker.record(.hostFailed, of: .ordinary) }
    bench.clock.advance(by: .seconds(10))
    let assignment = try await bench.assign([])
    #expect(assignment.pass == .probe)
    #expect(bench.hosts[nil].breaker.allowance == 0)
    await bench.delivery.deliver(assignment)
    #expect(bench.deaths == ["payload_invalido": 1])
    #expect(bench.hosts[nil].breaker.phase == .halfOpen)
    #expect(bench.hosts[nil].breaker.allowance == 1)
  }

  @Test func `does not open the breaker for an instance's failures`() async throws {
    let bench = try DeliveryBench(.failing(SendFailure(.instanceUnavailable, detail: "Connection Closed")))
    for _ in 0..<10 { try await bench.deliver(Documents.plain()) }
    #expect(bench.hosts[nil].breaker.phase == .closed)
  }
}
