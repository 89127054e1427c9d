import Messaging
import TestSupport
import Testing

@testable import Delivery

@Suite(.hangLimit) struct DestinationTests {
  private static let tenant = "7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f"

  @Test(
    arguments: [
      (#","instancia":"propria""#, "do-inquilino", "padrao", "propria"),
      ("", "do-inquilino", "padrao", "do-inquilino"),
      (#","instancia":"""#, "do-inquilino", "padrao", "do-inquilino"),
      (#","instancia":null"#, nil, "padrao", "padrao"),
      ("", "do-inquilino", nil, "do-inquilino"),
    ] as [(String, String?, String?, String)])
  func `takes the message's instance, else the tenant's, else the default`(
    named: String, ofTenant: String?, byDefault: String?, expected: String
  ) async throws {
    let sender = StubSender()
    let directory = StubDirectory(ofTenant.map { [Self.tenant: $0, "outro": "errada"] } ?? ["outro": "errada"])
    let bench = try DeliveryBench(sender, directory: directory, defaultInstance: byDefault)
    try await bench.deliver(Documents.charge(more: named))
    #expect(sender.messages.map(\.instance.value) == [expected])
  }

  @Test(arguments: [
    "7B1F0F5E-0C5B-4B53-9B5E-2F7A0C1D2E3F", "{7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f}",
    " 7b1f0f5e-0c5b-4b53-9b5e-2f7a0c1d2e3f",
  ])
  func `finds a tenant's instance however the tenant is written`(tenant: String) async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender, directory: StubDirectory([Self.tenant: "loja"]), defaultInstance: "padrao")
    try await bench.deliver(Documents.charge(usuarioId: #""\#(tenant)""#))
    #expect(sender.messages.map(\.instance.value) == ["loja"])
  }

  @Test(arguments: ["undefined", "null", "[object Object]", "tenant-1"])
  func `sends a charge whose tenant is no UUID only where its instance was named`(tenant: String) async throws {
    let sender = StubSender()
    let unknown = try DeliveryBench(sender, directory: StubDirectory([:]), defaultInstance: "padrao")
    try await unknown.deliver(Documents.charge(usuarioId: #""\#(tenant)""#))
    #expect(sender.calls == 0)
    #expect(unknown.memory.deadLetters.map(\.field) == ["cobranca.usuarioId"])
    let known = try DeliveryBench(sender, directory: StubDirectory([tenant: "loja"]), defaultInstance: "padrao")
    try await known.deliver(Documents.charge(usuarioId: #""\#(tenant)""#))
    #expect(sender.messages.map(\.instance.value) == ["loja"])
  }

  @Test func `buries what no instance is known for`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender, defaultInstance: nil)
    try await bench.deliver(Documents.charge())
    try await bench.deliver(Documents.plain())
    #expect(sender.calls == 0)
    #expect(bench.memory.deadLetters.map(\.field) == ["instancia", "instancia"])
    #expect(bench.deaths == ["payload_invalido": 2])
  }

  @Test(arguments: ["", "a\nb", String(repeating: "x", count: 256)])
  func `refuses a tenant's instance that is no name`(name: String) async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender, directory: StubDirectory([Self.tenant: name]))
    try await bench.deliver(Documents.charge())
    #expect(sender.calls == 0)
    #expect(bench.memory.deadLetters.map(\.field) == ["instancia"])
  }

  @Test func `never sends a charge of no tenant, not even by the default instance`() async throws {
    let sender = StubSender()
    let zeros = "00000000-0000-0000-0000-000000000000"
    let bench = try DeliveryBench(sender, directory: StubDirectory([zeros: "loja"]))
    try await bench.deliver(Documents.charge(usuarioId: #""\#(zeros)""#, more: #","instancia":"loja""#))
    try await bench.deliver(Documents.charge(usuarioId: "null"))
    #expect(sender.calls == 0)
    #expect(bench.memory.deadLetters.map(\.field) == ["cobranca.usuarioId", "cobranca.usuarioId"])
  }

  @Test func `lets a message rest, as it came, when its tenant can't be looked up`() async throws {
    let sender = StubSender()
    let directory = StubDirectory([Self.tenant: "loja"], fault: .unavailable("gone"))
    let bench = try DeliveryBench(sender, directory: directory)
    try await bench.deliver(Documents.charge())
    #expect(sender.calls == 0)
    #expect(bench.memory.scheduledPayloads == [Documents.charge()])
    #expect(try await bench.memory.promote().nextDue == .seconds(10))
  }

  @Test func `names the instance's shard where instances are sharded`() async throws {
    let sender = StubSender()
    let plain = try DeliveryBench(sender, defaultInstance: "loja")
    try await plain.deliver(Documents.plain())
    let sharded = try DeliveryBench(sender, shards: StubShardDirectory(["sede": "sul"]), defaultInstance: "loja")
    try await sharded.deliver(Documents.plain())
    let moved = try DeliveryBench(sender, shards: StubShardDirectory(["sede": "sul"]), defaultInstance: "sede")
    try await moved.deliver(Documents.plain())
    #expect(sender.messages.map { $0.shard?.name } == [nil, "1", "sul"])
  }

  @Test func `buries a message whose shard has no plain name, and lets it rest when it can't be looked up`()
    async throws
  {
    let sender = StubSender()
    let wrong = try DeliveryBench(sender, shards: StubShardDirectory(["padrao": "a.b"]))
    try await wrong.deliver(Documents.plain())
    #expect(wrong.memory.deadLetters.map(\.field) == ["instancia"])
    let shards = StubShardDirectory()
    shards.fail(with: .unavailable("gone"))
    let away = try DeliveryBench(sender, shards: shards)
    try await away.deliver(Documents.plain())
    #expect(away.memory.scheduledPayloads == [Documents.plain()])
    #expect(sender.calls == 0)
  }

  @Test func `sends load tests to the number for them, and buries them without one`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender)
    try await bench.deliver(Array(#"{"id":"test_17"}"#.utf8))
    #expect(sender.messages.first?.number.digits == "5521988887777")
    #expect(sender.messages.first?.text.contains("test_17") == true)
    let without = try DeliveryBench(sender, testNumber: nil)
    try await without.deliver(Array(#"{"id":"test_18"}"#.utf8))
    #expect(sender.calls == 1)
    #expect(without.memory.deadLetters.map(\.field) == ["telefone"])
  }

  @Test func `buries a charge whose text would be too long to send`() async throws {
    let sender = StubSender()
    let bench = try DeliveryBench(sender)
    let name = String(repeating: "a", count: 65_536)
    try await bench.deliver(Documents.charge(cliente: #"{"telefone":"11988887777","nome":"\#(name)"}"#))
    #expect(sender.calls == 0)
    #expect(bench.memory.deadLetters.map(\.field) == ["cobranca"])
  }
}
