import Foundation
import TestSupport
import Testing

@testable import HTTPServer

@Suite(.hangLimit) struct HTTPServerTests {
  @Test func `one connection carries many requests`() async throws {
    try await withServer(handler: echo) { server in
      let client = try RawClient(port: server.port)
      for round in 1...20 {
        #expect(try await client.get("/a%2Fb/\(round)?x=1+2&y=%26").text == "GET a/b·\(round) x=1 2|y=& - 0")
      }
    }
  }

  @Test func `a handler that waits answers on the same connection`() async throws {
    try await withServer(handler: { _ in
      await Task.detached {}.value
      return .text(201, "late")
    }) { server in
      let client = try RawClient(port: server.port)
      for _ in 1...20 { #expect(try await client.get("/").status == 201) }
    }
  }

  @Test func `requests sent in one go are answered in order`() async throws {
    try await withServer(handler: { request in
      if request.path == "/1" { await Task.yield() }
      return .text(200, request.path)
    }) { server in
      let client = try RawClient(port: server.port)
      client.send((1...5).map { "GET /\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }.joined())
      for round in 1...5 { #expect(try await client.answer().text == "/\(round)") }
    }
  }

  @Test func `HEAD has the headers of GET and no body`() async throws {
    try await withServer(handler: echo) { server in
      let client = try RawClient(port: server.port)
      client.send("HEAD /x HTTP/1.1\r\nHost: test\r\n\r\n")
      let head = try await client.answer(hasBody: false)
      #expect(head.status == 200)
      #expect(head.header("Content-Length") == String("GET x  - 0".utf8.count))
      #expect(try await client.get("/y").text == "GET y  - 0")
    }
  }

  @Test func `a body comes whole, by length, in chunks and in pieces`() async throws {
    try await withServer(handler: echo) { server in
      let client = try RawClient(port: server.port)
      client.send("POST /p HTTP/1.1\r\nHost: test\r\nx-probe: v\r\nContent-Length: 100000\r\n\r\n")
      client.send([UInt8](repeating: 65, count: 60_000))
      client.send([UInt8](repeating: 65, count: 40_000))
      #expect(try await client.answer().text == "POST p  v 100000")
      client.send("POST /p HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
      client.send("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")
      #expect(try await client.answer().text == "POST p  - 6")
    }
  }

  @Test func `no answer closes the connection`() async throws {
    try await withServer(handler: { request in
      if request.path == "/later" { await Task.yield() }
      return .drop
    }) { server in
      for path in ["/now", "/later"] {
        let client = try RawClient(port: server.port)
        client.send("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(try await client.endsWithoutAnswer())
      }
    }
  }

  /// Just as many events as the library takes in one round are where its own loop stands still.
  @Test(.serialized, arguments: [128, 200, 256])
  func `clients in any number are all answered`(count: Int) async throws {
    try await withServer(handler: echo) { server in
      let clients = try (0..<count).map { _ in try RawClient(port: server.port) }
      for round in 1...3 {
        for client in clients { client.send("GET /\(round) HTTP/1.1\r\nHost: test\r\n\r\n") }
        for client in clients { #expect(try await client.answer().text == "GET \(round)  - 0") }
      }
    }
  }

  @Test func `no handler holds up another`() async throws {
    let gate = Gate()
    try await withServer(handler: { request in
      if request.path == "/slow" { await gate.pass() }
      return .text(200, "done")
    }) { server in
      let slow = try (0..<50).map { _ in try RawClient(port: server.port) }
      for client in slow { client.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n") }
      await gate.waitUntil(entered: 50)
      #expect(try await RawClient(port: server.port).get("/quick").status == 200)
      await gate.open()
      for client in slow { #expect(try await client.answer().status == 200) }
    }
  }

  @Test(arguments: [
    "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "\0\0\0\0",
  ])
  func `what is no HTTP harms nobody`(text: String) async throws {
    try await withServer(handler: echo) { server in
      let client = try RawClient(port: server.port)
      client.send(text)
      client.leave()
      #expect(try await RawClient(port: server.port).get("/x").status == 200)
    }
  }

  @Test func `an IPv6 address listens too`() async throws {
    let server = try HTTPServer(address: SocketAddress(parsing: "[::]:0"), handler: echo)
    #expect(try await RawClient(port: server.port).get("/x").status == 200)
    await server.stop()
  }
}
