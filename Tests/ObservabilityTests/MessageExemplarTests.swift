import Delivery
import Telemetry
import Testing
import Time

@testable import Observability

@Suite struct MessageExemplarTests {
  @Test(arguments: ["a\"b", "a\\b", "a\nb", "a\u{0}b"])
  func `shows no id that would have to be escaped`(id: String) {
    #expect(MessageExemplar.make(id, at: Timestamp(milliseconds: 1)) == nil)
  }

  @Test(arguments: [
    "lembrete_3f2b8c1e-9a4d-4f7e-8b21-0c5d6e7f8a9b_1771243210",
    "vencimento_3f2b8c1e-9a4d-4f7e-8b21-550987654321_1171243210",
    "test_17", "a", "1771243210123", "pedido-0000000000", String(repeating: "x", count: 118),
  ])
  func `an id that holds no number is shown`(id: String) {
    #expect(MessageExemplar.make(id, at: Timestamp(milliseconds: 1)) != nil)
  }

  @Test(arguments: [
    "5511988880001", "11988880001", "1133334444", "msg_5511988880001", "5511988880001_2", "+55 11 98888-0001",
    "(11) 98888-0001", "lembrete_11988880001_1771243210", "1771243210", "lembrete_1771243210", "x011988880001y",
    "lembrete_3f2b8c1e-9a4d-4f7e-8b21-0c5d6e7f8a9b_5511988880001",
    "11988880001_3f2b8c1e-9a4d-4f7e-8b21-0c5d6e7f8a9b_1771243210",
  ])
  func `an id that may hold a phone number is left out`(id: String) {
    #expect(MessageExemplar.make(id, at: Timestamp(milliseconds: 1)) == nil)
  }

  @Test func `an id that is too long is left out`() {
    #expect(MessageExemplar.make(String(repeating: "x", count: 119), at: Timestamp(milliseconds: 1)) == nil)
  }

  @Test(arguments: [true, false])
  func `send durations carry message ids only when that was asked for`(isAsked: Bool) throws {
    let registry = MetricsRegistry()
    let metrics = try DeliveryMetrics(registry: registry, showsMessageIDs: isAsked)
    let now = Timestamp(milliseconds: 1_771_243_210_500)
    for (id, duration) in [("a-1", Duration.milliseconds(30)), ("5511988880001", .milliseconds(300))] {
      metrics.observe(
        .attemptEnded(
          try Events.attempt(id: id), .success(SendReceipt(providerID: nil)), after: duration, at: now))
    }
    let exposition = String(decoding: registry.render(.openMetrics), as: UTF8.self)
    #expect(!exposition.contains("5511988880001"))
    #expect(exposition.contains(#"# {message_id="a-1"} 0.03 1771243210.5"# + "\n") == isAsked)
    #expect(exposition.contains("message_id") == isAsked)
    #expect(!String(decoding: registry.render(.text), as: UTF8.self).contains("message_id"))
  }
}
