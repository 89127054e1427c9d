import Delivery
import Telemetry
import TestSupport
import Testing
import Time

@testable import Observability

@Suite struct ObservedQueueTests {
  private let registry = MetricsRegistry()
  private let memory = InMemoryMessageQueue(clock: ManualClock())
  private let faulty: FaultyQueue
  private let queue: ObservedQueue

  init() throws {
    faulty = FaultyQueue(memory)
    queue = ObservedQueue(
      faulty, metrics: try DeliveryMetrics(registry: registry), clock: MonotonicClock(ManualClock()))
  }

  private static let gauges = [
    #"whatsapp_fila_tamanho{fila="whatsapp"}"#, "whatsapp_em_voo", "whatsapp_agendadas", "whatsapp_dlq_tamanho",
  ]

  @Test func `shows nothing of the queue before it was asked, and that it is not known to be up`() {
    for gauge in Self.gauges { #expect(registry.value(gauge) == nil) }
    #expect(registry.value("redis_up") == 0)
  }

  @Test func `shows what the queue holds`() async throws {
    for _ in 0..<3 { memory.push(Array(#"{"id":"a","criado_em":"2026-01-15T12:00:00Z"}"#.utf8)) }
    _ = try await queue.reserve(upTo: 1)
    _ = try await queue.snapshot()
    #expect(Self.gauges.map(registry.value) == [2, 1, 0, 0])
    #expect(registry.value(#"whatsapp_fila_tamanho{fila="urgente"}"#) == 0)
    #expect(
      registry.values(of: "whatsapp_fila_mais_antiga_timestamp_seconds") == ["whatsapp": 1_768_478_400])
    #expect(registry.value("redis_up") == 1)
  }

  @Test(arguments: [QueueError.unavailable("x"), .interrupted("x")])
  func `shows nothing of a queue that is away, rather than what was`(error: QueueError) async throws {
    _ = try await queue.snapshot()
    faulty.fail(with: error)
    await #expect(throws: error) { try await queue.reserve(upTo: 1) }
    for gauge in Self.gauges { #expect(registry.value(gauge) == nil) }
    #expect(registry.value("redis_up") == 0)
    faulty.fail(with: nil)
    memory.push(Array(#"{"id":"a"}"#.utf8))
    _ = try await queue.reserve(upTo: 1)
    #expect(registry.value("redis_up") == 1)
    #expect(registry.value("whatsapp_em_voo") == nil)
    _ = try await queue.snapshot()
    #expect(registry.value("whatsapp_em_voo") == 1)
  }

  @Test func `takes no look at a queue that refuses every change for a sign that it is up`() async throws {
    memory.push(Array(#"{"id":"a"}"#.utf8))
    let lease = try await queue.reserve(upTo: 1)[0]
    faulty.fail(with: .denied("MISCONF"))
    await #expect(throws: QueueError.self) { try await queue.settle(lease, as: .acknowledge) }
    faulty.fail(with: nil)
    _ = try await queue.reserve(upTo: 1)
    _ = try await queue.promote()
    _ = try await queue.recover()
    try await queue.awaitMessages(atMost: .zero)
    #expect(registry.value("redis_up") == 0)
    memory.refuseChanges(with: .denied("MISCONF"))
    _ = try await queue.snapshot()
    #expect(registry.value("redis_up") == 0)
    #expect(registry.value("whatsapp_em_voo") == 1)
    memory.refuseChanges(with: nil)
    _ = try await queue.snapshot()
    #expect(registry.value("redis_up") == 1)
  }

  @Test func `takes a store that is full for no fault of the queue, and shows it`() async throws {
    _ = try await queue.snapshot()
    #expect(registry.value("whatsapp_entrada_pausada") == 0)
    #expect(registry.value("whatsapp_dlq_limite") == 100_000)
    faulty.fail(with: .full(dead: 9, limit: 9))
    await #expect(throws: QueueError.self) { try await queue.reserve(upTo: 1) }
    #expect(registry.value("redis_up") == 1)
  }

  @Test func `shows nothing of a queue that refuses to be counted`() async throws {
    _ = try await queue.snapshot()
    faulty.fail(with: .refused("no permission"))
    await #expect(throws: QueueError.refused("no permission")) { try await queue.snapshot() }
    for gauge in Self.gauges { #expect(registry.value(gauge) == nil) }
    #expect(registry.value("redis_up") == 0)
  }

  @Test func `takes a queue that lets nobody wait for one that is up all the same`() async throws {
    _ = try await queue.snapshot()
    faulty.fail(with: .refused("no permission"))
    await #expect(throws: QueueError.self) { try await queue.awaitMessages(atMost: .seconds(1)) }
    #expect(registry.value("redis_up") == 1)
  }

  @Test func `times every operation once, and those that failed not at all`() async throws {
    memory.push(Array(#"{"id":"a"}"#.utf8))
    let leases = try await queue.reserve(upTo: 5)
    _ = try await queue.extend(leases.map(\.token))
    _ = try await queue.settle(leases[0], as: .acknowledge)
    _ = try await queue.promote()
    _ = try await queue.recover()
    faulty.fail(with: .unavailable("x"))
    _ = try? await queue.promote()
    #expect(
      registry.values(of: "whatsapp_redis_duracao_seconds_count") == [
        "reserve": 1, "extend": 1, "settle": 1, "promote": 1, "recover": 1,
      ])
  }
}
