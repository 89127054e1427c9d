import Delivery
import Messaging
import TestSupport
import Testing

@testable import RedisQueue

@Suite(.hangLimit)
struct DirectoryTests {
  @Test
  func `knows the instances of tenants`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.ask("HSET", harness.keys.instances, "tenant", "loja-1")
      #expect(try await harness.redis.instance(ofTenant: "tenant") == "loja-1")
      #expect(try await harness.redis.instance(ofTenant: "another") == nil)
    }
  }

  @Test
  func `knows the shards of instances`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.ask("HSET", harness.keys.shards, "loja-1", "2")
      #expect(try await harness.redis.shard(of: try #require(InstanceName("loja-1"))) == "2")
      #expect(try await harness.redis.shard(of: try #require(InstanceName("loja-2"))) == nil)
    }
  }

  @Test
  func `sees a tenant's new instance at once`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      for instance in ["loja-1", "loja-2", "loja-3"] {
        try await harness.ask("HSET", harness.keys.instances, "tenant", instance)
        #expect(try await harness.redis.instance(ofTenant: "tenant") == instance)
      }
    }
  }

  @Test
  func `answers a thousand who ask at once, each with their own, in fewer commands`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      for tenant in 0..<10 { try await harness.ask("HSET", harness.keys.instances, "\(tenant)", "loja-\(tenant)") }
      let before = try await harness.commandCount()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<1000 {
          group.addTask {
            let tenant = number % 11
            let instance = try await harness.redis.instance(ofTenant: "\(tenant)")
            #expect(instance == (tenant < 10 ? "loja-\(tenant)" : nil))
          }
        }
        try await group.waitForAll()
      }
      #expect(try await harness.commandCount() - before < 1000)
    }
  }

  @Test
  func `tells all who asked when the hash is no hash`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.ask("SET", harness.keys.instances, "loja-1")
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask {
            let error = await #expect(throws: QueueError.self) {
              try await harness.redis.instance(ofTenant: "\(number)")
            }
            #expect(error.map { "\($0)".contains("ifinu:instancias holds a string") } == true)
          }
        }
      }
    }
  }
}
