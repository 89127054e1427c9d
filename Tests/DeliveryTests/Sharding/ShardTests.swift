import Messaging
import Testing

@testable import Delivery

@Suite struct ShardTests {
  @Test(arguments: ["0", "17", "sul-2", "A", String(repeating: "a", count: 63)])
  func `takes what can be a label of a host's name`(name: String) {
    #expect(Shard(name)?.name == name)
  }

  @Test(arguments: ["", "-a", "a-", "a.b", "a/b", "a b", "a_b", "é", "@", String(repeating: "a", count: 64)])
  func `refuses all else`(name: String) {
    #expect(Shard(name) == nil)
  }

  // Numbers that must never change: an instance lives where they say. Computed by another program.
  @Test(arguments: [
    ("vendas", [0, 1, 1, 3, 3, 23]), ("loja", [0, 1, 1, 1, 13, 69]), ("loja-1", [0, 0, 2, 3, 5, 5]),
    ("loja-2", [0, 1, 1, 1, 1, 84]), ("a", [0, 1, 2, 2, 12, 31]), ("tenant_42", [0, 0, 0, 0, 4, 83]),
    ("ifinu", [0, 0, 0, 3, 6, 6]),
  ])
  func `numbers an instance by its name, the same for ever`(name: String, shards: [Int]) throws {
    let instance = try #require(InstanceName(name))
    #expect([1, 2, 3, 4, 16, 100].map { Shard(hashing: instance, over: $0).name } == shards.map(String.init))
  }

  @Test func `spreads instances evenly, and moves only those that a new shard gets`() throws {
    let instances = try (0..<4_000).map { try #require(InstanceName("loja-\($0)")) }
    let before = instances.map { Shard(hashing: $0, over: 4).name }
    let after = instances.map { Shard(hashing: $0, over: 5).name }
    for shard in 0..<4 { #expect((900...1_100).contains(before.count { $0 == "\(shard)" })) }
    let moved = zip(before, after).filter { $0 != $1 }
    #expect(moved.allSatisfy { $0.1 == "4" })
    #expect((700...900).contains(moved.count))
  }
}
