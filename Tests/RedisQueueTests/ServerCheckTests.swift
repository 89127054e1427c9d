import Operations
import Redis
import TestSupport
import Testing

@testable import RedisQueue

@Suite(.hangLimit)
struct ServerCheckTests {
  @Test
  func `has nothing to say of a server that keeps what it is given`() async throws {
    try await withRedisServer(options: ["--appendonly", "yes", "--maxmemory-policy", "noeviction"]) {
      server async throws in
      #expect(try await warnings(of: server) == [])
    }
  }

  @Test
  func `warns of eviction and of memory alone, each with the fix`() async throws {
    try await withRedisServer(options: ["--maxmemory-policy", "allkeys-lru"]) { server async throws in
      let warnings = try await warnings(of: server)
      #expect(warnings.count == 2)
      #expect(warnings.first?.fix == "set maxmemory-policy noeviction")
      #expect(warnings.last?.fix == "set appendonly yes")
    }
  }

  @Test
  func `says what it could not check`() async throws {
    try await withRedisServer { server async throws in
      let admin = try RedisConnection(to: RedisURL(server.url), logger: quiet)
      _ = try await admin.send(RedisCommand("ACL", "SETUSER", "w", "on", ">p", "~*", "+@all", "-info", "-config"))
      let connection = try RedisConnection(to: RedisURL("redis://w:p@127.0.0.1:\(server.port)"), logger: quiet)
      let warnings = try await ServerCheck(over: connection).warnings()
      #expect(warnings.count == 1)
      #expect(warnings.first?.problem.contains("not checked") == true)
    }
  }

  @Test
  func `accepts a replica instead of a file`() throws {
    let info = [
      "redis_version": "7.2.1", "maxmemory_policy": "noeviction", "aof_enabled": "0", "connected_slaves": "1",
    ]
    #expect(try ServerCheck.warnings(about: info) == [])
  }

  @Test(arguments: [("5.0.14", true), ("6.0.20", true), ("6.2.0", false), ("7.0.15", false), ("10.1", false)])
  func `refuses servers that are too old`(_ version: String, _ isRefused: Bool) {
    let warnings = try? ServerCheck.warnings(about: ["redis_version": version])
    #expect((warnings == nil) == isRefused)
  }

  private func warnings(of server: RedisServer) async throws -> [StoreWarning] {
    try await ServerCheck(over: RedisConnection(to: RedisURL(server.url), logger: quiet)).warnings()
  }
}
