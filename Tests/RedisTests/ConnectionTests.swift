import Platform
import TestSupport
import Testing

@testable import Redis

@Suite(.hangLimit)
struct ConnectionTests {
  @Test
  func `gives replies of every type as they are`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
      #expect(try await connection.send(RedisCommand("PING")) == .status("PONG"))
      #expect(try await connection.send(RedisCommand("INCR", "n")) == .integer(1))
      #expect(try await connection.send(RedisCommand("GET", "nothing")) == .null)
      var set = RedisCommand("SET", "bytes")
      set.append([0, 13, 10, 255])
      #expect(try await connection.send(set) == .status("OK"))
      #expect(try await connection.send(RedisCommand("GET", "bytes")) == .bulk([0, 13, 10, 255]))
      let nested = try await connection.send(RedisCommand("EVAL", "return {1, {'a', {}}}", "0"))
      #expect(nested == .array([.integer(1), .array([.bulk([97]), .array([])])]))
      let error = try await connection.send(RedisCommand("INCR", "bytes"))
      #expect(error == .error("ERR value is not an integer or out of range"))
      #expect(connection.isUp)
    }
  }

  @Test
  func `gives everybody the reply to their own command`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
      let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
        for task in 0..<50 {
          group.addTask {
            var wrong = 0
            for number in 0..<50 {
              let texts = ["\(task)", "\(number)", String(repeating: "x", count: task * number)]
              let replies = try await connection.pipeline(texts.map { RedisCommand("ECHO", $0) })
              if replies.map(\.text) != texts { wrong += 1 }
            }
            return wrong
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(wrong == 0)
    }
  }

  @Test
  func `carries messages of many megabytes`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
      let bytes = [UInt8](repeating: 120, count: 20 << 20)
      var command = RedisCommand("ECHO")
      command.append(bytes)
      #expect(try await connection.send(command).bytes == bytes)
    }
  }

  @Test
  func `presents a user and password, and chooses the database`() async throws {
    try await withRedisServer(options: ["--requirepass", "default secret"]) { server in
      let admin = try RedisConnection(
        to: RedisURL("redis://:default%20secret@127.0.0.1:\(server.port)/0"), logger: quiet)
      let setUp = RedisCommand("ACL", "SETUSER", "worker", "on", ">p@ss:/word", "~*", "+@all")
      #expect(try await admin.send(setUp) == .status("OK"))
      let worker = try RedisConnection(
        to: RedisURL("redis://worker:p%40ss%3A%2Fword@127.0.0.1:\(server.port)/3"), logger: quiet)
      #expect(try await worker.send(RedisCommand("ACL", "WHOAMI")).text == "worker")
      #expect(try await worker.send(RedisCommand("SET", "here", "1")) == .status("OK"))
      #expect(try await admin.send(RedisCommand("INFO", "keyspace")).text?.contains("db3:keys=1") == true)
    }
  }

  @Test
  func `reports a refused password in the server's words, without the password`() async throws {
    try await withRedisServer(options: ["--requirepass", "right"]) { server in
      let connection = try RedisConnection(to: RedisURL("redis://:wrong1@127.0.0.1:\(server.port)"), logger: quiet)
      let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
      guard case .denied(let words) = error else { throw try #require(error) }
      #expect(words.contains("WRONGPASS"))
      #expect(!words.contains("wrong1"))
      #expect(!connection.isUp)
    }
  }

  @Test
  func `says that a password is wanted, and where it goes`() async throws {
    try await withRedisServer(options: ["--requirepass", "right"]) { server in
      let connection = try RedisConnection(to: RedisURL("redis://127.0.0.1:\(server.port)"), logger: quiet)
      let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
      guard case .denied(let words) = error else { throw try #require(error) }
      #expect(words.contains("wants a password"))
      #expect(!connection.isUp)
    }
  }

  @Test
  func `reaches a server by its socket`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL("unix:\(server.socketPath)?db=2"), logger: quiet)
      #expect(try await connection.send(RedisCommand("SET", "here", "1")) == .status("OK"))
      #expect(try await connection.send(RedisCommand("INFO", "keyspace")).text?.contains("db2:keys=1") == true)
    }
  }

  @Test
  func `finds a server by its name, and says when there is no such name`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL("redis://localhost:\(server.port)/0"), logger: quiet)
      #expect(try await connection.send(RedisCommand("PING")) == .status("PONG"))
    }
    // A label of 64 letters is no name: the resolver says so without asking anyone.
    let host = String(repeating: "a", count: 64) + ".invalid"
    let connection = try RedisConnection(to: RedisURL("redis://\(host):6379/0"), logger: quiet)
    let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
    guard case .unavailable = error else { throw try #require(error) }
  }

  @Test
  func `shares a loop with others, and leaves it to them when it is closed`() async throws {
    try await withRedisServer { server in
      let loop = try EventLoop(named: "tests")
      let connections = try (0..<3).map { _ in
        try RedisConnection(to: RedisURL(server.url), on: loop, timeouts: .patient, logger: quiet)
      }
      for connection in connections {
        #expect(try await connection.send(RedisCommand("PING")) == .status("PONG"))
      }
      connections[0].close()
      await #expect(throws: RedisError.self) { try await connections[0].send(RedisCommand("PING")) }
      #expect(try await connections[2].send(RedisCommand("PING")) == .status("PONG"))
    }
  }

  @Test
  func `comes back by itself when the server does`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
      #expect(try await connection.send(RedisCommand("PING")) == .status("PONG"))
      await server.kill()
      await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
      #expect(!connection.isUp)
      try await server.restart()
      try await eventually("an answer") { (try? await connection.send(RedisCommand("PING"))) == .status("PONG") }
      #expect(connection.isUp)
    }
  }

  @Test
  func `gives up on a server that answers no more, and returns to it`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL(server.url), timeouts: .short, logger: quiet)
      try await eventually("an answer") { (try? await connection.send(RedisCommand("PING"))) == .status("PONG") }
      server.pause()
      let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
      #expect(error == .interrupted("no answer in time"))
      server.resume()
      try await eventually("an answer") { (try? await connection.send(RedisCommand("PING"))) == .status("PONG") }
    }
  }

  @Test
  func `says at once that nobody listens`() async throws {
    let connection = try RedisConnection(to: RedisURL("redis://127.0.0.1:1/0"), logger: quiet)
    let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("PING")) }
    #expect(error == .unavailable("Connection refused"))
  }

  @Test
  func `takes nothing more once it is closed`() async throws {
    try await withRedisServer { server in
      let connection = try RedisConnection(to: RedisURL(server.url), logger: quiet)
      connection.close()
      connection.close()
      await #expect(throws: RedisError.unavailable("the connection was closed")) {
        try await connection.send(RedisCommand("PING"))
      }
    }
  }
}
