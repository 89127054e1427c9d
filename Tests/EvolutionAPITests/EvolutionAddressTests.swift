import Delivery
import Messaging
import Testing

@testable import EvolutionAPI

@Suite struct EvolutionAddressTests {
  @Test(arguments: [
    ("http://evo-{shard}.evo:8080", "2", "http://evo-2.evo:8080"),
    ("https://evo/{shard}/", "sul-1", "https://evo/sul-1"),
    ("http://127.0.0.1:{shard}", "8081", "http://127.0.0.1:8081"),
    ("http://{shard}.evo/{shard}", "a", "http://a.evo/a"),
  ])
  func `puts the shard where it is asked for`(text: String, shard: String, url: String) throws {
    let address = try EvolutionAddress(text)
    #expect(address.isSharded)
    #expect(address.url(of: Shard(shard))?.base == url)
    #expect(address.url(of: nil) == nil)
  }

  @Test func `is one server without a place for the shard`() throws {
    let address = try EvolutionAddress("http://evo:8080/")
    #expect(!address.isSharded)
    #expect(address.url(of: nil)?.base == "http://evo:8080")
    #expect(address.url(of: Shard("3"))?.base == "http://evo:8080")
  }

  @Test(arguments: [
    "ftp://{shard}", "{shard}", "http://{outro}.evo", "http://ana:senha@evo-{shard}", "http://evo:x{shard}",
  ])
  func `refuses what no shard makes an address of`(text: String) {
    #expect(throws: EvolutionSetupError.self) { try EvolutionAddress(text) }
  }

  @Test func `sends nothing where the shard makes no address`() async throws {
    let client = try client("http://127.0.0.1:{shard}")
    let message = try OutgoingMessage(
      id: "1", instance: #require(InstanceName("loja")), shard: Shard("sul"),
      number: #require(PhoneNumber("5511999990001")), text: "Oi")
    let failure = try await client.failure(sending: message)
    #expect(failure.kind == .instanceUnavailable && failure.scope == .instance)
  }
}
