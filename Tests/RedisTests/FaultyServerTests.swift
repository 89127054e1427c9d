import TestSupport
import Testing

@testable import Redis

@Suite(.hangLimit)
struct FaultyServerTests {
  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{0}\u{0}\u{0}\r\n", ":12x\r\n", "*-7\r\n", "$99999999999999999999\r\n",
    "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "+one\r\n+too many\r\n",
  ])
  func `drops a server that talks nonsense`(_ nonsense: String) async throws {
    let server = try FakeServer { $0.contains("PING") ? .say(nonsense) : .say("+OK\r\n") }
    let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
    _ = try? await connection.send(RedisCommand("PING"))
    try await eventually("another connection") { server.connectionCount >= 2 }
    #expect(try await connection.send(RedisCommand("ECHO")) == .status("OK"))
  }

  @Test(arguments: ["", "$10\r\nhalf", "*2\r\n:1\r\n"])
  func `ends a command as interrupted when the server hangs up on it`(_ part: String) async throws {
    let server = try FakeServer { _ in .sayAndClose(part) }
    let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
    let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
    guard case .interrupted = error else { throw try #require(error) }
  }

  @Test
  func `does not wait for ever for an answer`() async throws {
    let server = try FakeServer { _ in .keepSilent }
    let connection = try RedisConnection(to: RedisURL(server.url), timeouts: .short, logger: quiet)
    let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
    #expect(error == .interrupted("no answer in time") || error == .unavailable("no connection in time"))
  }

  @Test(arguments: [
    "LOADING Redis is loading", "MASTERDOWN Link down", "BUSY script", "CLUSTERDOWN x", "TRYAGAIN x", "NOREPLICAS x",
  ])
  func `counts a server that can't serve now as away`(_ words: String) async throws {
    let server = try FakeServer { _ in .say("-\(words)\r\n") }
    let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
    await #expect(throws: RedisError.server(ErrorReply(words))) { try await connection.send(RedisCommand("PING")) }
  }

  @Test
  func `looks for the new master when a server has become a replica`() async throws {
    let server = try FakeServer { _ in .say("-READONLY You can't write against a read only replica.\r\n") }
    let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
    await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
    try await eventually("another connection") { server.connectionCount >= 2 }
  }
}
