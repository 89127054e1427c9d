import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite(.hangLimit) struct LimitTests {
  private static let tight: HTTPLimits = {
    var limits = HTTPLimits.patient
    limits.bodyBytes = 1_000
    limits.headerBytes = 2_000
    limits.concurrentRequests = 2
    return limits
  }()

  private static let hasty: HTTPLimits = {
    var limits = HTTPLimits()
    limits.idle = .seconds(1)
    limits.transfer = .seconds(1)
    return limits
  }()

  private static let few: HTTPLimits = {
    var limits = HTTPLimits.patient
    limits.connections = 32
    return limits
  }()

  @Test(arguments: [1_001, 500_000, 50_000_000])
  func `a body announced too large is refused`(size: Int) async throws {
    let refusals = Mutex<[Int]>([])
    try await withServer(
      limits: Self.tight, onRefusal: { status in refusals.withLock { $0.append(status) } },
      handler: echo
    ) { server in
      let client = try RawClient(port: server.port)
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n")
      if size < 1_000_000 { client.send([UInt8](repeating: 65, count: size)) }
      #expect(try await client.answer().status == 413)
      #expect(refusals.withLock { $0 } == [413])
    }
  }

  @Test func `a body that grows too large in chunks is refused`() async throws {
    try await withServer(limits: Self.tight, handler: echo) { server in
      let client = try RawClient(port: server.port)
      client.send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
      for _ in 1...20 { client.send("64\r\n\(String(repeating: "a", count: 100))\r\n") }
      client.send("0\r\n\r\n")
      #expect(try await client.answer().status == 413)
    }
  }

  @Test func `a body without end is cut off`() async throws {
    try await withServer(limits: Self.tight, handler: echo) { server in
      let client = try RawClient(port: server.port)
      client.send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "10000\r\n\(String(repeating: "a", count: 0x10000))\r\n"
      for _ in 1...40 { client.send(chunk) }
      #expect(try await client.endsWithoutAnswer())
    }
  }

  @Test(arguments: [(1, 2_500), (1, 100_000), (400, 1), (4_000, 1)])
  func `headers that are too large or too many are refused`(count: Int, size: Int) async throws {
    let headers = (1...count).map { "X\($0): \(String(repeating: "a", count: size))" }.joined(separator: "\r\n")
    try await withServer(limits: Self.tight, handler: echo) { server in
      let client = try RawClient(port: server.port)
      client.send("GET / HTTP/1.1\r\nHost: test\r\n\(headers)\r\n\r\n")
      #expect(try await client.answer().status == 431)
      #expect(try await RawClient(port: server.port).get("/x").status == 200)
    }
  }

  @Test func `requests beyond the bound are told to come again`() async throws {
    let gate = Gate()
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { _ in
      await gate.pass()
      return .text(200, "ok")
    }
    try await withServer(limits: Self.tight, handler: handler) { server in
      let inside = try (0..<2).map { _ in try RawClient(port: server.port) }
      for client in inside { client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
      await gate.waitUntil(entered: 2)
      let third = try RawClient(port: server.port)
      let refused = try await third.get("/")
      #expect(refused.status == 503)
      #expect(refused.header("Retry-After") == "1")
      await gate.open()
      for client in inside { #expect(try await client.answer().status == 200) }
      #expect(try await third.get("/").status == 200)
    }
  }

  @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: te", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"])
  func `a client that stops in the middle is let go, and holds up nobody`(start: String) async throws {
    try await withServer(limits: Self.hasty, handler: echo) { server in
      let slow = try (0..<40).map { _ in try RawClient(port: server.port) }
      for client in slow { client.send(start) }
      #expect(try await RawClient.untilAnswered(by: server).1.status == 200)
      for client in slow { #expect(try await client.endsWithoutAnswer()) }
    }
  }

  @Test func `a client that does not read its answer is let go`() async throws {
    var limits = Self.hasty
    limits.idle = .forever
    let body = [UInt8](repeating: 65, count: 20_000_000)
    let asked = Gate()
    await asked.open()
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { _ in
      await asked.pass()
      return HTTPResponse(status: 200, body: body)
    }
    try await withServer(limits: limits, handler: handler) { server in
      let client = try RawClient(port: server.port)
      client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
      await asked.waitUntil(entered: 1)
      try await eventually("the connection's end") { server.connectionCount == 0 }
    }
  }

  @Test func `an answer's connection stays for as long as it may be idle`() async throws {
    try await withServer(limits: Self.hasty, handler: echo) { server in
      let (client, answer) = try await RawClient.untilAnswered(by: server)
      #expect(answer.status == 200)
      #expect(try await client.endsWithoutAnswer())
    }
  }

  @Test(arguments: ["", "GET /met", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"])
  func `a newcomer is served, however many hold a connection without a whole request`(start: String) async throws {
    try await withServer(limits: Self.few, handler: echo) { server in
      let holders = try (0..<300).map { _ in try RawClient(port: server.port) }
      for client in holders { client.send(start) }
      for _ in 0..<3 { #expect(try await RawClient.untilAnswered(by: server).1.status == 200) }
      #expect(try await holders[0].endsWithoutAnswer())
    }
  }

  @Test func `a request under way gives way to nobody`() async throws {
    let gate = Gate()
    try await withServer(
      limits: Self.few,
      handler: { request in
        if request.segments == ["slow"] { await gate.pass() }
        return .text(200, "ok")
      }
    ) { server in
      let slow = try RawClient(port: server.port)
      slow.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n")
      await gate.waitUntil(entered: 1)
      let holders = try (0..<100).map { _ in try RawClient(port: server.port) }
      #expect(try await RawClient.untilAnswered(by: server).1.status == 200)
      await gate.open()
      #expect(try await slow.answer().status == 200)
      withExtendedLifetime(holders) {}
    }
  }

  @Test func `it goes on listening after it was full, and all its clients have left at once`() async throws {
    for _ in 0..<3 {
      let gate = Gate()
      try await withServer(
        limits: Self.few,
        handler: { _ in
          await gate.pass()
          return .text(200, "ok")
        }
      ) { server in
        let clients = try (0..<Self.few.connections + 40).map { _ in
          let client = try RawClient(port: server.port)
          client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
          return client
        }
        await gate.waitUntil(entered: Self.few.connections)
        for client in clients { client.leave() }
        await gate.open()
        #expect(try await RawClient(port: server.port).get("/x").status == 200)
      }
    }
  }
}
