import Delivery
import Foundation
import Messaging
import TestSupport
import Testing

@testable import EvolutionAPI

@Suite(.hangLimit)
struct EvolutionClientTests {
  @Test func `a request is what the contract asks for`() async throws {
    let (requests, request) = AsyncStream.makeStream(of: RawConnection.Request.self)
    let server = try RawServer { connection in
      connection.readRequest().map { _ = request.yield($0) }
      connection.answer(201, #"{"key":{"remoteJid":"x","fromMe":true,"id":"3EB0A1"},"status":"PENDING"}"#)
    }
    let receipt = try await client(server.url + "/evo/").send(message("Olá \"você\"\n\u{1}🎉", instance: "loja-1"))
    #expect(receipt == SendReceipt(providerID: "3EB0A1"))
    var arrived: RawConnection.Request?
    for await request in requests {
      arrived = request
      break
    }
    let lines = try #require(arrived).head.components(separatedBy: "\r\n")
    #expect(lines.first == "POST /evo/message/sendText/loja-1 HTTP/1.1")
    let headers = Set(lines.dropFirst())
    let body = #"{"number":"5511999990001","text":"Olá \"você\"\n\u0001🎉","linkPreview":false}"#
    #expect(
      headers == [
        "Host: 127.0.0.1:\(server.port)", "User-Agent: ifinu/test", "Content-Type: application/json",
        "apikey: segredo-123", "Content-Length: \(body.utf8.count)",
      ])
    #expect(arrived?.body == body)
  }

  @Test func `sends one after the other share a connection`() async throws {
    let server = try RawServer { $0.answerAll() }
    let client = try patientClient(server.url)
    for (position, instance) in ["a", "b", "a", "c"].enumerated() {
      let receipt = try await client.send(message("\(position)", instance: instance))
      #expect(receipt.providerID == "\(position)")
    }
    #expect(server.connectionCount == 1)
    #expect(server.paths.map { $0.suffix(2) } == ["/a", "/b", "/a", "/c"])
  }

  @Test func `a hundred sends at once get each its own answer`() async throws {
    let server = try RawServer { $0.answerAll() }
    let client = try patientClient(server.url)
    try await withThrowingTaskGroup { group in
      for worker in 0..<100 {
        group.addTask {
          for round in 0..<5 {
            let receipt = try await client.send(message("\(worker)-\(round)"))
            #expect(receipt.providerID == "\(worker)-\(round)")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(server.bodies.count == 500)
    // No more than the seven groups hold over which a hundred transfers are divided.
    #expect(server.connectionCount <= 7 * 16)
  }

  @Test(arguments: [0, 1_000, 70_000, 1_000_000])
  func `texts of any length arrive whole, whatever went before`(length: Int) async throws {
    let server = try RawServer { connection in
      while let request = connection.readRequest() {
        connection.answer(201, #"{"key":{"id":"\#(request.body.utf8.count)"}}"#)
      }
    }
    let client = try client(server.url)
    for count in [3, length, 3] {
      let receipt = try await client.send(message(String(repeating: "a", count: count)))
      #expect(
        receipt.providerID == "\(count + #"{"number":"5511999990001","text":"","linkPreview":false}"#.utf8.count)")
    }
  }

  @Test func `an empty answer is a receipt without an id`() async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(201, "")
    }
    let receipt = try await client(server.url).send(message())
    #expect(receipt == SendReceipt(providerID: nil))
  }

  @Test func `an answer in chunks is read`() async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.write("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
      for piece in [#"{"key":"#, #"{"id":"B"}}"#] {
        connection.write("\(String(piece.count, radix: 16))\r\n\(piece)\r\n")
      }
      connection.write("0\r\n\r\n")
    }
    let receipt = try await client(server.url).send(message())
    #expect(receipt.providerID == "B")
  }

  @Test(arguments: [(201, nil), (400, SendFailure.Kind.unknownNumber), (503, .serverError)])
  func `trailers behind an answer change nothing of it`(status: Int, kind: SendFailure.Kind?) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.write("HTTP/1.1 \(status) Any\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n")
      let body = #"{"key":{"id":"B"},"response":{"message":[{"exists":false}]}}"#
      connection.write("\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\nX-T: 1\r\n\r\n")
    }
    if let kind {
      #expect(try await client(server.url).failure(sending: message()).kind == kind)
    } else {
      #expect(try await client(server.url).send(message()).providerID == "B")
    }
  }

  @Test(arguments: [(503, SendFailure.Kind.serverError), (429, .rateLimited), (502, .uncertain)])
  func `a status that says enough is believed without its body`(status: Int, kind: SendFailure.Kind) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.write("HTTP/1.1 \(status) Any\r\nContent-Encoding: UTF-8\r\nContent-Length: 100\r\n\r\nunava")
      connection.close()
    }
    #expect(try await client(server.url).failure(sending: message()).kind == kind)
  }

  @Test func `an answer that a proxy has compressed unasked is read`() async throws {
    // {"key":{"id":"B"}} in the gzip format.
    let compressed: [UInt8] = [
      0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0x02, 0x03, 0xAB, 0x56, 0xCA, 0x4E, 0xAD, 0x54, 0xB2, 0xAA, 0x56, 0xCA, 0x4C,
      0x51, 0xB2, 0x52, 0x72, 0x52, 0xAA, 0xAD, 0x05, 0, 0x26, 0x5C, 0xE4, 0x18, 0x12, 0, 0, 0,
    ]
    let server = try RawServer { connection in
      let request = connection.readRequest()
      #expect(request?.head.lowercased().contains("accept-encoding") == false)
      connection.write("HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: \(compressed.count)\r\n\r\n")
      connection.write(compressed)
    }
    #expect(try await client(server.url).send(message()).providerID == "B")
  }

  @Test(arguments: [
    "ifinu_ana@empresa.com.br_1767225600", "Loja do João #1", "a/../b?c%2F", ".", "..", "📞",
  ])
  func `an instance of any name is one segment of the path`(name: String) async throws {
    let server = try RawServer { $0.answerAll() }
    _ = try await client(server.url).send(message(instance: name))
    let path = try #require(server.paths.first)
    #expect(path == "/message/sendText/\(try #require(InstanceName(name)).pathSegment)")
    #expect(path.split(separator: "/", omittingEmptySubsequences: false).count == 4)
    #expect(path.dropFirst("/message/sendText/".count).removingPercentEncoding == name)
  }

  @Test(arguments: [(201, SendFailure.Kind.uncertain), (404, .serverError), (401, .serverError)])
  func `an answer over 1 MiB is left, and judged by its status`(status: Int, kind: SendFailure.Kind) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(status, #"{"key":{"id":"\#(String(repeating: "a", count: 3 << 20))"}}"#)
    }
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == kind)
    #expect(failure.detail.hasPrefix("HTTP \(status)"))
  }

  @Test func `a body of 1 MiB is read whole`() async throws {
    let frame = #"{"key":{"id":"C"},"x":""}"#
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(201, String(frame.dropLast(2)) + String(repeating: "a", count: (1 << 20) - frame.count) + "\"}")
    }
    let receipt = try await client(server.url).send(message())
    #expect(receipt.providerID == "C")
  }

  @Test(arguments: [("7", Duration.seconds(7)), ("7200", .seconds(7200)), ("90000", .seconds(86_400)), ("soon", nil)])
  func `Retry-After is passed on within reason`(header: String, expected: Duration?) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(429, "", headers: ["Retry-After: \(header)"])
    }
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == .rateLimited)
    #expect(failure.retryAfter == expected)
  }

  @Test func `Retry-After may be a date`() async throws {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let asked = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + 3_600).rounded(.down))
    let date = format.string(from: asked)
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(429, "", headers: ["Retry-After: \(date)"])
    }
    let start = Date()
    let delay = try #require(try await client(server.url).failure(sending: message()).retryAfter)
    // In whole seconds from when the answer was read.
    let (least, most) = (asked.timeIntervalSince(Date()) - 1, asked.timeIntervalSince(start) + 1)
    #expect((least...most).contains(delay / .seconds(1)))
  }

  @Test func `a redirection is not followed`() async throws {
    let server = try RawServer { connection in
      while connection.readRequest() != nil { connection.answer(308, "", headers: ["Location: /elsewhere"]) }
    }
    let failure = try await client(server.url).failure(sending: message())
    #expect(failure.kind == .serverError)
    #expect(server.bodies.count == 1)
  }

  @Test func `cancelling what is on the wire leaves it uncertain, and all others blameless`() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try RawServer { connection in
      connection.readRequest()
      arrival.yield()
      connection.waitForEnd()
    }
    let client = try client(server.url)
    let sending = Task { try await client.failure(sending: message()) }
    for await _ in arrivals { break }
    sending.cancel()
    let failure = try await sending.value
    #expect(failure.kind == .uncertain)
    #expect(failure.scope == .message)
  }

  @Test func `a cancelled task sends nothing`() async throws {
    let server = try RawServer { $0.answerAll() }
    let client = try client(server.url)
    let sending = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await client.failure(sending: message())
    }
    sending.cancel()
    let failure = try await sending.value
    #expect(failure.kind == .connectionFailed)
    #expect(failure.scope == .message)
    #expect(server.bodies.isEmpty)
  }

  @Test func `shutting down ends what is in flight, and all that follows`() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try RawServer { connection in
      connection.readRequest()
      arrival.yield()
      connection.waitForEnd()
    }
    let client = try client(server.url)
    let sending = Task { try await client.failure(sending: message()) }
    for await _ in arrivals { break }
    await client.shutDown()
    #expect(try await sending.value.kind == .uncertain)
    #expect(try await client.failure(sending: message()).kind == .connectionFailed)
    await client.shutDown()
  }

  @Test(arguments: ["", "with space", "a\r\nHost: x", "ção", String(repeating: "a", count: 1025)])
  func `a key that is no header's value is refused, unquoted`(key: String) throws {
    let error = #expect(throws: EvolutionSetupError.self) {
      try EvolutionClient(address: EvolutionAddress("http://localhost"), apiKey: key)
    }
    #expect(error?.setting == .apiKey)
    #expect(key.isEmpty || error?.description.contains(key) == false)
  }
}
