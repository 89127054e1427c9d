import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

/// Clients that send requests before the earlier ones are answered.
@Suite(.hangLimit) struct PipelineTests {
  @Test func `a connection never has more than one handler, however much it asks at once`() async throws {
    let running = Mutex((now: 0, most: 0, all: 0))
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
      running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
      await Task.detached {}.value
      running.withLock { $0.now -= 1 }
      return .text(200, request.path)
    }
    try await withServer(handler: handler) { server in
      let client = try RawClient(port: server.port)
      let other = try RawClient(port: server.port)
      let requests = (1...1_000).map { "GET /\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }.joined()
      async let sent: Void = offPool { client.send(requests) }
      for round in 1...1_000 { #expect(try await client.answer().text == "/\(round)") }
      try await sent
      #expect(running.withLock { $0.most } == 1)
      #expect(running.withLock { $0.all } == 1_000)
      #expect(try await other.get("/other").status == 200)
    }
  }

  @Test func `an address that has all the handlers it may leaves some to others`() async throws {
    let gate = Gate()
    var limits = HTTPLimits()
    limits.concurrentRequests = 8
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
      if request.path == "/slow" { await gate.pass() }
      return .text(200, "ok")
    }
    try await withServer(limits: limits, handler: handler) { server in
      let greedy = try (0..<6).map { _ in try RawClient(port: server.port) }
      for client in greedy { client.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n") }
      await gate.waitUntil(entered: 6)
      #expect(try await RawClient(port: server.port).get("/slow").status == 503)
      #expect(try await RawClient(port: server.port, from: "127.0.0.2").get("/quick").status == 200)
      await gate.open()
      for client in greedy { #expect(try await client.answer().status == 200) }
    }
  }
}
