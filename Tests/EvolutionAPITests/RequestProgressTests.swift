import Delivery
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import EvolutionAPI

@Suite(.hangLimit)
struct RequestProgressTests {
  @Test(arguments: [true, false])
  func `a kept-alive connection that dies after the request is never tried again`(byReset: Bool) async throws {
    let server = try RawServer { connection in
      guard connection.number == 1 else { return connection.answerAll() }
      connection.readRequest()
      connection.answer(201, #"{"key":{"id":"A"}}"#)
      connection.readRequest()
      if byReset { connection.reset() } else { connection.close() }
    }
    let client = try patientClient(server.url)
    let receipt = try await client.send(message("one"))
    #expect(receipt == SendReceipt(providerID: "A"))
    let failure = try await client.failure(sending: message("two"))
    #expect(failure.kind == .uncertain)
    #expect(failure.isHostFault)
    #expect(server.bodies.count { $0.contains("two") } == 1)
    #expect(server.connectionCount == 1)
  }

  @Test func `a kept-alive connection that died before the request is replaced`() async throws {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let server = try RawServer { connection in
      guard connection.number == 1 else { return connection.answerAll() }
      connection.readRequest()
      connection.answer(201, #"{"key":{"id":"A"}}"#)
      connection.close()
      end.yield()
    }
    let client = try patientClient(server.url)
    _ = try await client.send(message("one"))
    for await _ in ends { break }
    let receipt = try await client.send(message("two"))
    #expect(receipt.providerID == "two")
    #expect(server.connectionCount == 2)
  }

  @Test func `a reset after the whole request leaves it uncertain`() async throws {
    let server = try RawServer { connection in
      connection.read(1)
      connection.reset()
    }
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == .uncertain)
    #expect(failure.isHostFault)
    #expect(server.connectionCount == 1)
  }

  @Test func `a reset before the whole request was written means not sent`() async throws {
    let server = try RawServer { connection in
      connection.read(1)
      connection.reset()
    }
    let failure = try await failure(posting: 32 << 20, to: server, with: TransferLoop(patientSettings))
    #expect(failure.progress == .partlyWritten)
    #expect(SendFailure(failure).kind == .connectionFailed)
    #expect(SendFailure(failure).isHostFault)
  }

  @Test func `a long request that was read whole and not answered is uncertain`() async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.reset()
    }
    let failure = try await failure(posting: 4 << 20, to: server, with: TransferLoop(patientSettings))
    #expect(failure.progress == .wholeWritten)
    #expect(SendFailure(failure).kind == .uncertain)
    #expect(server.bodies.count == 1)
  }

  @Test(arguments: [1_000, 100_000, 4 << 20])
  func `a request of any length is written once to a kept-alive connection that dies`(length: Int) async throws {
    let server = try RawServer { connection in
      guard connection.number == 1 else { return connection.answerAll() }
      connection.readRequest()
      connection.answer(201, "")
      connection.readRequest()
      connection.reset()
    }
    let loop = try TransferLoop(patientSettings)
    _ = await loop.perform(TransferRequest(url: server.url, body: [1]))
    let failure = try await failure(posting: length, to: server, with: loop)
    #expect(failure.progress == .wholeWritten)
    #expect(server.bodies.count == 2)
    #expect(server.connectionCount == 1)
  }

  @Test func `a request is uncertain when its connection dies together with the server`() async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(201, "")
      connection.readRequest()
      connection.stopServer()
      connection.close()
    }
    let loop = try TransferLoop(patientSettings)
    _ = await loop.perform(TransferRequest(url: server.url, body: [1]))
    let failure = try await failure(posting: 1000, to: server, with: loop)
    #expect(failure.progress == .wholeWritten)
    #expect(server.bodies.count == 2)
  }

  @Test func `a request is not repeated on another kept-alive connection either`() async throws {
    let both = DispatchSemaphore(value: 0)
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try RawServer { connection in
      connection.readRequest()
      arrival.yield()
      both.wait()
      connection.answer(201, "")
      connection.readRequest()
      connection.reset()
    }
    let loop = try TransferLoop(patientSettings)
    let first = TransferRequest(url: server.url, body: [1])
    async let one = loop.perform(first)
    async let other = loop.perform(first)
    for await _ in arrivals.prefix(2) {}
    for _ in 1...2 { both.signal() }
    _ = await (one, other)
    let failure = try await failure(posting: 1000, to: server, with: loop)
    #expect(failure.progress == .wholeWritten)
    #expect(server.bodies.count == 3)
    #expect(server.connectionCount == 2)
  }

  @Test func `a long request that was cut off on a kept-alive connection counts as written`() async throws {
    let server = try RawServer { connection in
      guard connection.number == 1 else { return connection.answerAll() }
      connection.readRequest()
      connection.answer(201, "")
      connection.read(1)
      connection.reset()
    }
    let loop = try TransferLoop(patientSettings)
    _ = await loop.perform(TransferRequest(url: server.url, body: [1]))
    let failure = try await failure(posting: 32 << 20, to: server, with: loop)
    #expect(failure.progress == .wholeWritten)
    #expect(server.bodies.count == 1)
  }

  @Test func `a refused connection means not sent`() async throws {
    let port = try HeldPort()
    let failure = try await client("http://127.0.0.1:\(port.number)").failure(sending: message())
    #expect(failure.kind == .connectionFailed)
    #expect(failure.isHostFault)
  }

  @Test func `an unknown host means not sent`() async throws {
    // A label of 64 letters is no name: the resolver says so without asking anyone.
    let host = String(repeating: "a", count: 64) + ".invalid"
    let failure = try await client("http://\(host)").failure(sending: message())
    #expect(failure.kind == .connectionFailed)
    #expect(failure.isHostFault)
  }

  @Test func `an answer that never comes is uncertain, and its instance's fault`() async throws {
    try await withGrowingTimeouts { timeout in
      let server = try RawServer { connection in
        connection.readRequest()
        connection.waitForEnd()
      }
      let failure = try await client(server.url, sendTimeout: timeout).failure(sending: message())
      guard !server.bodies.isEmpty else { return false }
      #expect(failure.kind == .uncertain)
      #expect(failure.scope == .instance)
      return true
    }
  }

  @Test func `a request that is never read whole runs out of time unsent`() async throws {
    let release = DispatchSemaphore(value: 0)
    defer { release.signal() }
    let server = try RawServer { connection in
      connection.read(1)
      release.wait()
      release.signal()
    }
    try await withGrowingTimeouts { timeout in
      var settings = patientSettings
      settings.timeout = timeout
      let failure = try await failure(posting: 32 << 20, to: server, with: TransferLoop(settings))
      guard failure.progress != .nothingWritten else { return false }
      #expect(failure.progress == .partlyWritten)
      #expect(SendFailure(failure).kind == .timedOut)
      #expect(SendFailure(failure).isHostFault)
      return true
    }
  }

  @Test func `a connection that is never taken runs out of time unsent`() async throws {
    let (listener, port) = try LoopbackSocket.listening(backlog: 0)
    let queue = (0..<4).map { _ in LoopbackSocket.connecting(to: port) }
    defer { for socket in queue + [listener] { close(socket) } }
    let client = try client("http://127.0.0.1:\(port)", connectTimeout: .milliseconds(300))
    let failure = try await client.failure(sending: message())
    #expect(failure.kind == .timedOut)
    #expect(failure.isHostFault)
  }

  @Test func `an answer that breaks off is uncertain`() async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.write("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"key\":{\"id\":")
    }
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == .uncertain)
    #expect(server.bodies.count == 1)
  }

  @Test(arguments: [
    "HTTP/1.1 201 Created\r\n", "HTTP/1.1 201 Created\r\nContent-Le", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n",
    "HTTP/1.1 400 Bad Request\r\nServer: x\r\n", "HTTP/1.1 500 Any\r\nCont", "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nServer:",
  ])
  func `an answer that breaks off in its head is uncertain`(start: String) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.write(start)
    }
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == .uncertain)
    #expect(server.bodies.count == 1)
  }

  @Test(arguments: ["", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"])
  func `an answer of a whole head and no body is an answer`(before: String) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.write("\(before)HTTP/1.1 201 Created\r\nServer: x\r\n\r\n")
    }
    #expect(try await client(server.url).send(message()) == SendReceipt(providerID: nil))
  }

  @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9 200 OK\r\n\r\n", "\0\0\0\0", "HTTP/1.1\r\n\r\n"])
  func `what is no HTTP is uncertain`(garbage: String) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.write(garbage)
    }
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == .uncertain)
    #expect(server.bodies.count == 1)
  }

  /// Tries with a short time-out, and with a longer one each time that the machine was too busy for the request to get
  /// to the server before.
  private func withGrowingTimeouts(_ hasCome: (Duration) async throws -> Bool) async throws {
    var timeout = Duration.milliseconds(500)
    while try await !hasCome(timeout) { timeout *= 2 }
  }

  private func failure(posting length: Int, to server: RawServer, with loop: TransferLoop) async throws
    -> TransferFailure
  {
    let request = TransferRequest(url: server.url, body: [UInt8](repeating: UInt8(ascii: "a"), count: length))
    let result = await loop.perform(request)
    guard case .failed(let failure) = result else {
      Issue.record("answered: \(result)")
      return TransferFailure(reason: .broken, message: "answered", progress: .nothingWritten)
    }
    return failure
  }
}
