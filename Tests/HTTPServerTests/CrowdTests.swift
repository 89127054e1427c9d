import Monitoring
import TestSupport
import Testing

@testable import HTTPServer

/// What clients meet when others take up more than their share.
@Suite(.hangLimit, .serialized) struct CrowdTests {
  private static let few: HTTPLimits = {
    var limits = HTTPLimits()
    limits.connections = 32
    return limits
  }()

  @Test(arguments: ["", "GET /met", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"])
  func `2,000 clients that take their time leave room for newcomers, and all of the room to themselves`(
    start: String
  ) async throws {
    let limits = HTTPLimits.monitoring.patient
    try await withServer(limits: limits, handler: echo) { server in
      let slow = try (0..<2_000).map { _ in
        let client = try RawClient(port: server.port)
        client.send(start)
        return client
      }
      for round in 1...50 {
        #expect(try await RawClient(port: server.port).get("/\(round)").status == 200)
        #expect(server.connectionCount <= limits.libraryConnections)
      }
      // The newest of them, less those that made room for newcomers since.
      let held = slow.suffix(limits.connections - 50).count { $0.isOpen }
      #expect(held == limits.connections - 50)
      try await eventually("no more than there is room for") { server.connectionCount <= limits.connections }
    }
  }

  @Test func `who crowds in takes room from itself alone`() async throws {
    try await withServer(limits: Self.few, handler: echo) { server in
      let neighbours = try (0..<8).map { _ in try RawClient(port: server.port, from: "127.0.0.2") }
      for client in neighbours { #expect(try await client.get("/first").status == 200) }
      let crowd = try (0..<200).map { _ in try RawClient(port: server.port) }
      #expect(try await RawClient(port: server.port).get("/x").status == 200)
      for client in neighbours { #expect(try await client.get("/second").status == 200) }
      #expect(!crowd[0].isOpen)
      #expect(crowd[199].isOpen)
    }
  }

  @Test func `clients that come and go by the thousand leave nothing behind`() async throws {
    try await withServer(limits: Self.few, handler: echo) { server in
      for round in 1...3_000 {
        let client = try RawClient(port: server.port)
        if round % 3 == 0 { client.send("GET /x HTTP/1.1\r\nHost: test\r\n\r\n") }
        if round % 3 == 1 { client.leave() }
        if round % 100 == 0 { #expect(try await RawClient(port: server.port).get("/x").status == 200) }
      }
      try await eventually("the last one's end") { server.connectionCount == 0 }
    }
  }

  @Test func `who asks on and on does not keep others out`() async throws {
    let gate = Gate()
    var limits = Self.few
    limits.connections = 2
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { _ in
      await gate.pass()
      return .text(200, "ok")
    }
    try await withServer(limits: limits, handler: handler) { server in
      let requests = String(repeating: "GET / HTTP/1.1\r\nHost: test\r\n\r\n", count: 300)
      let inside = try (0..<2).map { _ in try RawClient(port: server.port) }
      for client in inside { client.send(requests) }
      await gate.waitUntil(entered: 2)
      let outside = try RawClient(port: server.port)
      outside.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
      await gate.open()
      #expect(try await outside.answer().status == 200)
      // For one at least an answer was the last before it had all of them.
      var answers = 0
      for client in inside {
        for _ in 1...300 {
          answers += 1
          // What was not read when the connection ended may take the last answer with it.
          guard let answer = try? await client.answer(), answer.header("Connection") != "close" else { break }
        }
      }
      #expect(answers < 600)
    }
  }

  @Test func `answers that nobody takes in do not pile up`() async throws {
    let body = [UInt8](repeating: 65, count: 16_000_000)
    var limits = HTTPLimits()
    limits.unsentBytes = 40_000_000
    try await withServer(limits: limits, handler: { _ in HTTPResponse(status: 200, body: body) }) { server in
      let deaf = try (0..<10).map { _ in
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        return client
      }
      try await eventually("room for two") { server.connectionCount <= 2 }
      #expect(try await RawClient(port: server.port).get("/").body.count == body.count)
      withExtendedLifetime(deaf) {}
    }
  }

  @Test func `who reads slowly gives way to newcomers`() async throws {
    let body = [UInt8](repeating: 65, count: 8_000_000)
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
      request.path == "/long" ? HTTPResponse(status: 200, body: body) : .text(200, "short")
    }
    var limits = Self.few
    limits.unsentBytes = .max
    try await withServer(limits: limits, handler: handler) { server in
      let deaf = try (0..<limits.connections).map { _ in
        let client = try RawClient(port: server.port)
        client.send("GET /long HTTP/1.1\r\nHost: test\r\n\r\n")
        return client
      }
      for _ in 1...20 { #expect(try await RawClient(port: server.port).get("/x").text == "short") }
      #expect(server.connectionCount <= limits.libraryConnections)
      withExtendedLifetime(deaf) {}
    }
  }

  @Test(arguments: ["/now", "/later"])
  func `who has said all is answered, and then let go`(path: String) async throws {
    let gate = Gate()
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
      if request.path == "/later" { await gate.pass() }
      return .text(200, request.path)
    }
    try await withServer(handler: handler) { server in
      let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
      for client in clients {
        client.send("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
        client.endSending()
      }
      if path == "/later" { await gate.waitUntil(entered: 20) }
      await gate.open()
      for client in clients {
        #expect(try await client.answer().text == path)
        #expect(try await client.endsWithoutAnswer())
      }
    }
  }

  @Test func `a crowd on a socket for IPv6 is of many addresses, too`() async throws {
    try await withServer(host: "::", limits: Self.few, handler: echo) { server in
      let neighbour = try RawClient(port: server.port, from: "127.0.0.2")
      #expect(try await neighbour.get("/first").status == 200)
      let crowd = try (0..<200).map { _ in try RawClient(port: server.port) }
      #expect(try await RawClient(port: server.port).get("/x").status == 200)
      #expect(try await neighbour.get("/second").status == 200)
      withExtendedLifetime(crowd) {}
    }
  }

  @Test(arguments: [
    (1_024, 1_000_000, 1_024), (1_024, 1_024, 960), (4_096, 1_024, 960), (32, 1_024, 32), (512, 70, 16), (8, 10, 8),
  ])
  func `there are no more connections than descriptors, less those for others`(
    connections: Int, descriptors: Int, expected: Int
  ) {
    var limits = HTTPLimits()
    limits.connections = connections
    limits.otherDescriptors = 64
    #expect(limits.fitting(descriptors: descriptors).connections == expected)
  }

  @Test(arguments: [(91, 40), (92, 30), (95, 27), (100, 22), (500, 0)])
  func `the last descriptors are left to others`(lowestFree: Int, room: Int) {
    var registry = ConnectionRegistry(room: 40)
    for _ in 1...30 {
      _ = registry.table.insert(from: .unknown) { HTTPConnection(socket: -1, slot: $0) }
    }
    registry.leaveLast(of: 100, lowestFree: lowestFree)
    #expect(registry.room == room)
    #expect(registry.makeRoom(for: nil).count == max(0, 30 - room))
    #expect(registry.table.kept == min(30, room))
  }
}
