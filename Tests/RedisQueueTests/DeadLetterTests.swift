import Delivery
import Foundation
import Messaging
import Operations
import Redis
import TestSupport
import Testing
import Time

@testable import RedisQueue

@Suite(.hangLimit)
struct DeadLetterTests {
  @Test
  func `lists from either end, by reason and in part`() async throws {
    try await withDead(count: 300) { harness, letters async throws in
      let all = try await letters.list(limit: 1000)
      #expect(all.count == 300)
      #expect(try await letters.list(.oldestFirst, limit: 1000).map(\.id) == all.map(\.id).reversed())
      #expect(try await letters.list(offset: 130, limit: 140).map(\.id) == all[130..<270].map(\.id))
      let uncertain = try await letters.list(reason: "incerto", limit: 1000)
      #expect(uncertain.map(\.id) == all.filter { $0.reason == "incerto" }.map(\.id))
      #expect(uncertain.count == 100)
      #expect(try await letters.list(reason: "incerto", offset: 90, limit: 40).map(\.id) == uncertain[90...].map(\.id))
      #expect(try await letters.list(reason: "no such", limit: 10).isEmpty)
      #expect(try await letters.list(limit: 0).isEmpty)
    }
  }

  @Test
  func `shows one with all that is known of it`() async throws {
    // The server's clock is this machine's, in whole milliseconds.
    let start = (Date().timeIntervalSince1970 * 1_000).rounded(.down) / 1_000
    try await withDead(count: 1) { _, letters async throws in
      let id = try #require(try await letters.list(limit: 1).first?.id)
      let letter = try #require(try await letters.show(id))
      #expect(letter.messageID == "m0")
      #expect(letter.attempts == 3)
      #expect(letter.lane == .low)
      #expect((start...Date().timeIntervalSince1970).contains(letter.diedAt.seconds))
      #expect(try await letters.show("no such") == nil)
    }
  }

  @Test
  func `sends back with the attempts counted afresh, every other byte as it was`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let letters = RedisDeadLetters(over: harness.connection, keys: harness.keys)
      let untouched = ["{\"id\":\"plain\"}", "no json \u{1}"]
      let counted =
        "{\"tentativas\": 3 ,\"proxima_tentativa\":\"2025-01-01T00:00:00Z\",\"adiamentos\":7,"
        + "\"incerta_desde\":1764300000000,\"n\":1e400}"
      try await harness.push([counted].map { Array($0.utf8) } + untouched.map { Array($0.utf8) }, to: .urgent)
      for lease in try await harness.queue.reserve(upTo: 3) {
        _ = try await harness.queue.settle(lease, as: .bury(DeadLetterCause(reason: .uncertain, error: "")))
      }
      let first = try #require(try await letters.list(.oldestFirst, limit: 1).first)
      #expect(try await letters.requeue(.id(first.id)).count == 1)
      #expect(try await letters.requeue(.id(first.id)).count == 0)
      #expect(try await letters.requeue(.all).count == 2)
      let afresh =
        "{\"tentativas\": 0 ,\"proxima_tentativa\":\"0001-01-01T00:00:00Z\",\"adiamentos\":0,"
        + "\"incerta_desde\":0,\"n\":1e400}"
      #expect(try await harness.contents(of: .urgent) == [afresh] + untouched)
      #expect(try await harness.queue.snapshot().dead == 0)
    }
  }

  @Test
  func `requeues and purges those of a reason and leaves the others`() async throws {
    try await withDead(count: 300) { harness, letters async throws in
      #expect(try await letters.requeue(.reason("incerto")).count == 100)
      #expect(try await harness.queue.snapshot().dead == 200)
      #expect(try await harness.queue.snapshot().lanes[.low]?.length == 100)
      #expect(try await letters.purge(.reason("payload_invalido")).count == 200)
      #expect(try await letters.purge(.all).count == 0)
      #expect(try await harness.ask("EXISTS", harness.keys.dead, harness.keys.deadBodies) == .integer(0))
    }
  }

  @Test
  func `chooses by instance, age and reason together, and counts without changing anything`() async throws {
    try await withDead(count: 300) { harness, letters async throws in
      let ids = try await letters.list(.oldestFirst, limit: 60).map(\.id)
      for id in ids { try await harness.ask("ZADD", harness.keys.dead, "1000", id) }
      var selection = DeadLetterSelection()
      selection.age = .seconds(3600)
      #expect(try await letters.count(selection).chosen == ["incerto": 20, "payload_invalido": 40])
      selection.instance = "ana@x"
      #expect(try await letters.count(selection).count == 30)
      selection.reason = "incerto"
      var reports: [DeadLetterProgress] = []
      #expect(try await letters.count(selection) { reports.append($0) }.count == 10)
      #expect(reports.last?.seen == 300)
      #expect(reports.last?.total == 300)
      #expect(try await harness.queue.snapshot().dead == 300)
      #expect(try await letters.requeue(selection).count == 10)
      #expect(try await letters.count(selection).count == 0)
      #expect(try await harness.queue.snapshot().lanes[.low]?.length == 10)
      #expect(try await letters.purge(.instance("ana@x")).count == 140)
      #expect(try await letters.purge(.instance("nobody")).count == 0)
      #expect(try await harness.queue.snapshot().dead == 150)
    }
  }

  @Test
  func `sends back in the order of death, whatever the size`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let letters = RedisDeadLetters(over: harness.connection, keys: harness.keys)
      let payloads = (0..<20).map {
        [UInt8](repeating: UInt8(ascii: "a") + UInt8($0), count: $0 % 3 == 0 ? 1 << 20 : 3)
      }
      try await harness.push(payloads, to: .urgent)
      for (number, lease) in try await harness.queue.reserve(upTo: 20).enumerated() {
        _ = try await harness.queue.settle(lease, as: .bury(DeadLetterCause(reason: .uncertain, error: "")))
        try await harness.ask("ZADD", harness.keys.dead, "\(1000 + number)", lease.token.value)
      }
      #expect(try await letters.list(limit: 20).allSatisfy { $0.payload.count <= 65_536 })
      try await harness.ask("SCRIPT", "FLUSH", "SYNC")
      #expect(try await letters.requeue(.all).count == 20)
      #expect(try await harness.queue.reserve(upTo: 20).map(\.payload) == payloads)
    }
  }

  @Test
  func `purges one and all`() async throws {
    try await withDead(count: 200) { harness, letters async throws in
      let id = try #require(try await letters.list(limit: 1).first?.id)
      #expect(try await letters.purge(.id(id)).count == 1)
      #expect(try await letters.purge(.id(id)).count == 0)
      #expect(try await letters.purge(.all).count == 199)
    }
  }

  @Test
  func `reads the attempts and the id of a poisoned message from its payload`() {
    let header = "{\"fila\":\"urgente\",\"motivo\":\"veneno\",\"erro\":\"e\"}"
    let stored = Array("\(header)\n{\"id\":\"m\",\"tentativas\":2}".utf8)
    let letter = DeadLetter(id: "t", diedAt: Timestamp(milliseconds: 1), stored: stored)
    #expect(letter.messageID == "m")
    #expect(letter.attempts == 2)
    #expect(letter.lane == .urgent)
    #expect(letter.reason == "veneno")
  }

  @Test(arguments: ["", "\n", "no header", "{\"fila\":\n{}", "[]\nx"])
  func `reads even what another hand has written`(_ stored: String) {
    let letter = DeadLetter(id: "t", diedAt: Timestamp(milliseconds: 1), stored: Array(stored.utf8))
    #expect(letter.reason.isEmpty)
    #expect(letter.lane == .standard)
  }

  /// A server with dead letters, every third of them uncertain, the others invalid.
  private func withDead(
    count: Int, _ body: (RedisHarness, RedisDeadLetters) async throws -> Void
  ) async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, bound: DeadLetterBound(count: 1000))
      try await harness.push((0..<count).map { Array("{\"id\":\"m\($0)\"}".utf8) }, to: .low)
      for (number, lease) in try await harness.queue.reserve(upTo: count).enumerated() {
        let cause = DeadLetterCause(
          reason: number % 3 == 0 ? .uncertain : .invalidPayload, error: "e", messageID: "m\(number)",
          instance: number % 2 == 0 ? "ana@x" : nil, attempts: 3)
        _ = try await harness.queue.settle(lease, as: .bury(cause))
      }
      try await body(harness, RedisDeadLetters(over: harness.connection, keys: harness.keys))
    }
  }
}

extension DeadLetterSelection {
  static let all = DeadLetterSelection()

  static func id(_ id: String) -> DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.id = id
    return selection
  }

  static func reason(_ reason: String) -> DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.reason = reason
    return selection
  }

  static func instance(_ instance: String) -> DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.instance = instance
    return selection
  }
}
