import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite(.hangLimit) struct StopTests {
  @Test func `requests under way are answered, new ones are not taken`() async throws {
    let gate = Gate()
    let port = try HeldPort()
    let server = try HTTPServer(address: SocketAddress(host: "127.0.0.1", port: UInt16(port.number))) { _ in
      await gate.pass()
      return .text(200, "done")
    }
    let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
    for client in clients { client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
    await gate.waitUntil(entered: 20)
    async let stopped: Void = server.stop(grace: .patience)
    try await untilRefused(port.number)
    await gate.open()
    for client in clients {
      let answer = try await client.answer()
      #expect(answer.text == "done")
      #expect(answer.header("Connection") == "close")
    }
    await stopped
  }

  @Test func `handlers that go on are cancelled, and their clients dropped`() async throws {
    let cancelled = Atomic<Int>(0)
    let gate = Gate()
    let server = try HTTPServer(address: SocketAddress(host: "127.0.0.1", port: 0)) { _ in
      async let entered: Void = gate.pass()
      try? await Task.sleep(for: .forever)
      cancelled.add(1, ordering: .relaxed)
      await entered
      return .drop
    }
    let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
    for client in clients { client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
    await gate.waitUntil(entered: 20)
    await gate.open()
    await server.stop(grace: .zero)
    for client in clients { #expect(try await client.endsWithoutAnswer()) }
    // The server waits no longer than a second for them.
    try await eventually("the handlers' end") { cancelled.load(ordering: .relaxed) == 20 }
  }

  @Test func `handlers that take no cancellation are left behind`() async throws {
    let gate = Gate()
    let server = try HTTPServer(address: SocketAddress(host: "127.0.0.1", port: 0)) { _ in
      await gate.pass()
      return .text(200, "too late")
    }
    let client = try RawClient(port: server.port)
    client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    await gate.waitUntil(entered: 1)
    await server.stop(grace: .zero)
    #expect(try await client.endsWithoutAnswer())
    await gate.open()
  }

  @Test func `a handler whose client has gone is cancelled`() async throws {
    let cancelled = Gate()
    let entered = Gate()
    try await withServer(
      handler: { _ in
        await entered.open()
        await entered.pass()
        try? await Task.sleep(for: .forever)
        await cancelled.open()
        await cancelled.pass()
        return .drop
      }
    ) { server in
      let client = try RawClient(port: server.port)
      client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
      await entered.waitUntil(entered: 1)
      client.leave()
      await cancelled.waitUntil(entered: 1)
    }
  }

  @Test func `a port that is taken is one clear line`() async throws {
    let port = try HeldPort()
    let address = SocketAddress(host: "127.0.0.1", port: UInt16(port.number))
    let server = try HTTPServer(address: address, handler: echo)
    let error = #expect(throws: HTTPServerError.self) {
      try HTTPServer(address: address, setting: "IFINU_HTTP_ADDRESS", handler: echo)
    }
    #expect(error?.description == "\(address) is already in use; set IFINU_HTTP_ADDRESS to a free one")
    await server.stop()
    let second = try HTTPServer(address: address, handler: echo)
    await second.stop()
    withExtendedLifetime(port) {}
  }

  @Test(arguments: ["203.0.113.1:0", "no-such-host.invalid:0"])
  func `an address that is not this machine's is one clear line`(text: String) throws {
    let error = #expect(throws: HTTPServerError.self) {
      try HTTPServer(address: SocketAddress(parsing: text), handler: echo)
    }
    #expect(error?.description.hasPrefix(text) == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func `stopping twice waits for the one stop`() async throws {
    let server = try HTTPServer(address: SocketAddress(host: "127.0.0.1", port: 0), handler: echo)
    async let first: Void = server.stop()
    async let second: Void = server.stop()
    _ = await (first, second)
    await server.stop()
  }

  @Test func `a server that is let go of stops`() async throws {
    let port = try HeldPort()
    let address = SocketAddress(host: "127.0.0.1", port: UInt16(port.number))
    var server: HTTPServer? = try HTTPServer(address: address, handler: echo)
    #expect(server?.port == port.number)
    server = nil
    try await untilRefused(port.number)
  }

  /// Tries until nobody listens on the port any more.
  private func untilRefused(_ port: Int) async throws {
    try await eventually("port \(port) to refuse", every: .milliseconds(5)) { (try? RawClient(port: port)) == nil }
  }
}
