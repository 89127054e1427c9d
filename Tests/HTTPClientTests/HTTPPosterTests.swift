import Foundation
import TestSupport
import Testing

@testable import HTTPClient

@Suite(.hangLimit) struct HTTPPosterTests {
  private func lines(of request: RawConnection.Request?) -> [String] {
    let lines = request?.head.components(separatedBy: "\r\n") ?? []
    return Array(lines[min(1, lines.count)...])
  }

  @Test func `a post has fields of its own, and the next one others`() async throws {
    let (requests, request) = AsyncStream.makeStream(of: RawConnection.Request.self)
    let server = try RawServer { connection in
      while let arrived = connection.readRequest() {
        request.yield(arrived)
        connection.answer(204, "")
      }
    }
    let poster = try HTTPPoster()
    let usual = ["Host: 127.0.0.1:\(server.port)", "Content-Type: application/json", "Content-Length: 2"]
    let posts: [(fields: [(name: String, value: String)], lines: [String])] = [
      ([("X-Loja", "7"), ("Authorization", "Bearer a.b-c_d")], ["X-Loja: 7", "Authorization: Bearer a.b-c_d"]),
      ([], []),
      ([("X-Vazio", ""), ("X-Acento", "Zé")], ["X-Vazio:", "X-Acento: Zé"]),
    ]
    var arrivals = requests.makeAsyncIterator()
    for post in posts {
      #expect(await poster.post(Array("{}".utf8), to: server.url + "/x", headers: post.fields) == 204)
      let arrived = await arrivals.next()
      #expect(arrived?.head.hasPrefix("POST /x HTTP/1.1\r\n") == true)
      #expect(arrived?.body == "{}")
      #expect(Set(lines(of: arrived)) == Set(usual + post.lines + ["User-Agent: ifinu"]))
    }
    await poster.shutDown()
  }

  @Test func `a field replaces the usual one, and says nothing of the length`() async throws {
    let (requests, request) = AsyncStream.makeStream(of: RawConnection.Request.self)
    let server = try RawServer { connection in
      connection.readRequest().map { _ = request.yield($0) }
      connection.answer(200, "{}")
    }
    let fields = [
      ("content-type", "text/x"), ("USER-AGENT", "gateway/1"), ("Content-Length", "9"),
      ("transfer-encoding", "chunked"),
    ]
    let poster = try HTTPPoster()
    #expect(
      await poster.post(Array("{}".utf8), to: server.url, headers: fields.map { (name: $0.0, value: $0.1) }) == 200)
    var arrivals = requests.makeAsyncIterator()
    let arrived = await arrivals.next()
    #expect(
      Set(lines(of: arrived)) == [
        "Host: 127.0.0.1:\(server.port)", "content-type: text/x", "USER-AGENT: gateway/1", "Content-Length: 2",
      ])
    await poster.shutDown()
  }

  @Test(arguments: [
    ("X-A", "1\r\nX-B: 2"), ("X-A\r\nX-B", "1"), ("", "1"), ("X A", "1"), ("X-A:", "1"), ("X-É", "1"), ("X-A", "\u{0}"),
    ("X-A", "\u{7F}"),
  ])
  func `a field that is none is not sent, and nothing else either`(name: String, value: String) async throws {
    let server = try RawServer { $0.answerAll() }
    let poster = try HTTPPoster()
    #expect(await poster.post([], to: server.url, headers: [(name, value)]) == nil)
    #expect(server.connectionCount == 0)
    await poster.shutDown()
  }

  @Test(arguments: [200, 301, 404, 503])
  func `the status is told, whatever it is`(status: Int) async throws {
    let server = try RawServer { connection in
      connection.readRequest()
      connection.answer(status, "nada")
    }
    let poster = try HTTPPoster()
    #expect(await poster.post(Array("{}".utf8), to: server.url) == status)
    await poster.shutDown()
    #expect(await poster.post(Array("{}".utf8), to: server.url) == nil)
  }

  @Test(arguments: ["http://127.0.0.1:1", "http://", "nada", "file:///etc/hostname"])
  func `without an answer there is no status`(url: String) async throws {
    let poster = try HTTPPoster()
    #expect(await poster.post(Array("{}".utf8), to: url) == nil)
    await poster.shutDown()
  }

  @Test func `fields of one request do not stay for another`() async throws {
    let (requests, request) = AsyncStream.makeStream(of: RawConnection.Request.self)
    let server = try RawServer { connection in
      while let arrived = connection.readRequest() {
        request.yield(arrived)
        connection.answer(200, "{}")
      }
    }
    var settings = TransferSettings(headers: [])
    settings.timeout = .patience
    settings.maximumIdle = .forever
    let transfers = try TransferLoop(settings)
    var arrivals = requests.makeAsyncIterator()
    for own in [["X-Own: 1"], [], ["X-Own: 2"], ["X-Other: 3"], [], []] {
      _ = await transfers.perform(TransferRequest(url: server.url, body: nil, headers: own))
      let arrived = await arrivals.next()
      #expect(lines(of: arrived).filter { $0.hasPrefix("X-") } == own)
    }
    #expect(server.connectionCount == 1)
    await transfers.shutDown()
  }
}
