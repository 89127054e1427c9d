import Delivery
import HTTPClient
import TestSupport
import Testing

@testable import EvolutionAPI

/// What a server does to a connection between two requests has nothing to say of the second one.
@Suite(.hangLimit)
struct IdleConnectionTests {
  @Test(arguments: [
    "HTTP/1.1 201 Created\r\nContent-Length: 23\r\n\r\n{\"key\":{\"id\":\"stray\"}}  ",
    "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n", "\r\n", "\u{15}\u{3}\u{3}\0\u{1A}",
  ])
  func `what came unasked is not taken for an answer`(stray: String) async throws {
    try await sendsAgain { connection in connection.write(stray) }
  }

  @Test func `what came unasked before the connection closed is not taken for an answer`() async throws {
    try await sendsAgain { connection in
      connection.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
      connection.close()
    }
  }

  @Test func `a connection that was closed is replaced`() async throws {
    try await sendsAgain { $0.close() }
  }

  @Test func `a connection that was reset is replaced`() async throws {
    try await sendsAgain { $0.reset() }
  }

  @Test func `connections that nothing happened to are used again`() async throws {
    let server = try RawServer { $0.answerAll() }
    let client = try patientClient(server.url)
    for text in ["one", "two", "three"] { #expect(try await client.send(message(text)).providerID == text) }
    #expect(server.connectionCount == 1)
  }

  @Test func `a connection that was idle for its time is ended`() async throws {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let server = try RawServer { connection in
      connection.answerAll()
      end.yield()
    }
    var settings = patientSettings
    settings.maximumIdle = .milliseconds(20)
    let client = try EvolutionClient(address: EvolutionAddress(server.url), settings: settings)
    for (count, text) in [(1, "one"), (2, "two")] {
      #expect(try await client.send(message(text)).providerID == text)
      for await _ in ends { break }
      #expect(server.connectionCount == count)
    }
  }

  /// Sends two messages to a server that does something to the connection in between: the second one has to go out
  /// once, on another connection, and to get its own answer.
  private func sendsAgain(after disturb: @escaping @Sendable (RawConnection) -> Void) async throws {
    let (disturbances, disturbance) = AsyncStream.makeStream(of: Void.self)
    let server = try RawServer { connection in
      guard connection.number == 1 else { return connection.answerAll() }
      connection.readRequest()
      connection.answer(201, #"{"key":{"id":"one"}}"#)
      disturb(connection)
      disturbance.yield()
      connection.answerAll()
    }
    let client = try patientClient(server.url)
    #expect(try await client.send(message("one")).providerID == "one")
    for await _ in disturbances { break }
    // An answer from elsewhere: by then the client has looked at all of its connections.
    let elsewhere = try RawServer { $0.answerAll() }
    _ = await client.transfers.perform(TransferRequest(url: elsewhere.url, body: [1]))
    #expect(try await client.send(message("two")).providerID == "two")
    #expect(server.bodies.count { $0.contains("two") } == 1)
    #expect(server.connectionCount == 2)
  }
}
