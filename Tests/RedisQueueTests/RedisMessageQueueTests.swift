import Delivery
import Messaging
import Redis
import TestSupport
import Testing

@testable import RedisQueue

@Suite(.hangLimit)
struct RedisMessageQueueTests {
  @Test
  func `loads its scripts again when the server has forgotten them`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      for text in ["1", "2"] {
        try await harness.push(text)
        try await harness.ask("SCRIPT", "FLUSH", "SYNC")
        let lease = try #require(try await harness.queue.reserve(upTo: 1).first)
        try await harness.ask("SCRIPT", "FLUSH", "SYNC")
        #expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld)
      }
      #expect(try await harness.queue.snapshot().sentTotal == 2)
    }
  }

  @Test
  func `wakes all who wait, and loses, doubles or reorders nothing by it`() async throws {
    try await withRedisServer { server in
      let first = try RedisHarness(server)
      let second = try RedisHarness(server)
      for round in 0..<20 {
        let waits = [first, second].map { harness in
          Task { try await harness.queue.awaitMessages(atMost: .forever) }
        }
        try await eventually("six clients that wait") {
          try await first.ask("INFO", "clients").text?.contains("blocked_clients:6") == true
        }
        try await first.push("\(round) a", "\(round) b", "\(round) c")
        for wait in waits { try await wait.value }
        #expect(try await first.contents(of: .standard) == ["\(round) a", "\(round) b", "\(round) c"])
        #expect(try await second.drain() == ["\(round) a", "\(round) b", "\(round) c"])
      }
    }
  }

  @Test
  func `gives back what an interrupted reservation may have taken`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, timeouts: .short)
      let texts = (0..<10).map { "{\"id\":\"\($0)\"}" }
      let none = try await harness.answered { try await harness.queue.reserve(upTo: 1) }
      #expect(none.isEmpty, "the script must be known before the pause")
      try await harness.push(texts.map { Array($0.utf8) }, to: .standard)
      server.pause()
      let error = await #expect(throws: QueueError.self) { try await harness.queue.reserve(upTo: 10) }
      #expect(error == .interrupted("no answer in time"))
      server.resume()
      var leases: [Lease] = []
      try await eventually("all messages") {
        leases += (try? await harness.queue.reserve(upTo: 10)) ?? []
        return leases.count == 10
      }
      #expect(leases.map(\.text) == texts)
      #expect(leases.allSatisfy { $0.recoveries == 0 })
      #expect(try await harness.answered { try await harness.queue.snapshot() }.inFlight == 10)
    }
  }

  @Test
  func `counts what an interrupted reservation has buried as too large`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, timeouts: .short)
      _ = try await harness.answered { try await harness.queue.reserve(upTo: 1) }
      try await harness.push([[UInt8](repeating: 120, count: Message.maximumQueuedBytes + 1)], to: .standard)
      server.pause()
      await #expect(throws: QueueError.self) { try await harness.queue.reserve(upTo: 10, bytes: .max) }
      server.resume()
      var oversized = 0
      try await eventually("it is counted") {
        oversized += (try? await harness.queue.reserve(upTo: 10, bytes: .max))?.oversized ?? 0
        return oversized > 0
      }
      #expect(oversized == 1)
      #expect(try await harness.deadLetters().count == 1)
    }
  }

  @Test
  func `lets a recovered message carry its count in its own document`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("{\"id\":\"1\"}", " { \"id\" : 2}", "[3]")
      for count in 1...2 {
        _ = try await harness.queue.reserve(upTo: 3)
        try await harness.expireLeases()
        _ = try await harness.queue.recover()
        let marked = ["{\"recuperacoes\":\(count),\"id\":\"1\"}", " {\"recuperacoes\":\(count), \"id\" : 2}", "[3]"]
        #expect(try await harness.contents(of: .standard) == marked)
      }
      _ = try await harness.queue.reserve(upTo: 3)
      try await harness.expireLeases()
      #expect(try await harness.queue.recover().poisoned == 3)
      #expect(try await harness.ask("EXISTS", harness.keys.recoveries) == .integer(0))
    }
  }

  @Test
  func `brings ten thousand messages through, each once`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let queue = harness.redis
      let texts = (0..<10_000).map { "{\"id\":\"\($0)\"}" }
      try await harness.push(texts.map { Array($0.utf8) }, to: .standard)
      let taken = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<16 {
          group.addTask {
            var taken: [String] = []
            while true {
              let leases = try await queue.reserve(upTo: 20)
              if leases.isEmpty { return taken }
              for lease in leases where try await queue.settle(lease, as: .acknowledge).wasHeld {
                taken.append(lease.text)
              }
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(taken.count == 10_000)
      #expect(Set(taken) == Set(texts))
      let snapshot = try await queue.snapshot()
      #expect(snapshot.sentTotal == 10_000)
      #expect(snapshot.inFlight == 0)
      #expect(try await harness.ask("EXISTS", harness.keys.inFlightBodies) == .integer(0))
    }
  }

  @Test
  func `empties a queue that has filled the server's memory, and loses nothing`() async throws {
    try await withRedisServer(options: ["--maxmemory-policy", "noeviction"]) { server in
      let harness = try RedisHarness(server)
      let text = "{\"x\":\"\(String(repeating: "x", count: 1000))\"}"
      try await harness.push([[UInt8]](repeating: Array(text.utf8), count: 500), to: .standard)
      try await harness.ask("CONFIG", "SET", "maxmemory", "1")
      await #expect(throws: QueueError.self) { try await harness.push("one more") }
      var leases = try await harness.queue.reserve(upTo: 100)
      #expect(leases.count == 100)
      try await harness.expireLeases()
      #expect(try await harness.queue.recover().recovered == 100)
      leases = try await harness.queue.reserve(upTo: 4)
      #expect(try await harness.queue.settle(leases[0], as: .acknowledge).wasHeld)
      #expect(try await harness.queue.settle(leases[1], as: .retry(payload: [], after: .zero)).wasHeld)
      let cause = DeadLetterCause(reason: .uncertain, error: "")
      #expect(try await harness.queue.settle(leases[2], as: .bury(cause)).wasHeld)
      #expect(try await harness.queue.settle(leases[3], as: .release).wasHeld)
      let snapshot = try await harness.queue.snapshot()
      #expect(snapshot.lanes[.standard]?.length == 497)
      #expect([snapshot.inFlight, snapshot.scheduled, snapshot.dead, snapshot.sentTotal] == [0, 1, 1, 1])
    }
  }

  @Test
  func `keeps everything under its prefix, which may hold a hash tag`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, prefix: "{cliente}:")
      try await harness.push("1", "2", "3", "4")
      let leases = try await harness.queue.reserve(upTo: 3)
      _ = try await harness.queue.settle(leases[0], as: .acknowledge)
      _ = try await harness.queue.settle(leases[1], as: .retry(payload: [], after: .seconds(9)))
      _ = try await harness.queue.settle(leases[2], as: .bury(DeadLetterCause(reason: .uncertain, error: "")))
      _ = try await harness.queue.reserve(upTo: 1)
      let names = try await harness.ask("KEYS", "*").requireElements().compactMap(\.text)
      #expect(names.count == 7)
      #expect(names.allSatisfy { $0.hasPrefix("{cliente}:") })
    }
  }

  @Test
  func `loses nothing when the server is killed and keeps an append-only file`() async throws {
    try await withRedisServer(options: ["--appendonly", "yes", "--appendfsync", "always"]) { server in
      let harness = try RedisHarness(server)
      try await harness.push((0..<50).map { Array("{\"id\":\"\($0)\"}".utf8) }, to: .standard)
      let leases = try await harness.queue.reserve(upTo: 20)
      for lease in leases.prefix(5) { _ = try await harness.queue.settle(lease, as: .acknowledge) }
      _ = try await harness.queue.settle(leases[5], as: .retry(payload: [], after: .seconds(9)))
      await server.kill()
      try await server.restart()
      try await eventually("a snapshot") { (try? await harness.queue.snapshot()) != nil }
      let snapshot = try await harness.queue.snapshot()
      #expect(snapshot.lanes[.standard]?.length == 30)
      #expect([snapshot.inFlight, snapshot.scheduled, snapshot.sentTotal] == [14, 1, 5])
      #expect(try await harness.queue.settle(leases[6], as: .acknowledge).wasHeld)
    }
  }

  @Test
  func `names the key that is in its way, and the fix`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("1")
      try await harness.ask("SET", harness.keys.inFlight, "x")
      await #expect(
        throws: QueueError.refused("the key ifinu:em_voo holds a string where a zset belongs: rename or delete it")
      ) { try await harness.queue.reserve(upTo: 1) }
      #expect(try await harness.contents(of: .standard) == ["1"])
      try await harness.ask("DEL", harness.keys.lane(.standard))
      try await harness.ask("SET", harness.keys.lane(.urgent), "x")
      await #expect(throws: QueueError.self) { try await harness.queue.awaitMessages(atMost: .forever) }
    }
  }

  @Test
  func `drops dead letters that are too old when it recovers`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, bound: DeadLetterBound(count: 100, age: .seconds(60)))
      try await harness.push("old", "new")
      let leases = try await harness.queue.reserve(upTo: 2)
      for lease in leases {
        _ = try await harness.queue.settle(lease, as: .bury(DeadLetterCause(reason: .uncertain, error: "")))
      }
      try await harness.ask("ZADD", harness.keys.dead, "1", leases[0].token.value)
      #expect(try await harness.queue.recover().discardedDeadLetters == 1)
      #expect(try await harness.deadLetters().map(\.payload) == [Array("new".utf8)])
      #expect(try await harness.ask("HLEN", harness.keys.deadBodies) == .integer(1))
    }
  }

  @Test
  func `enqueues in order, in commands of at most a megabyte`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let payloads = (0..<2500).map {
        Array("\($0)".utf8) + [UInt8](repeating: 120, count: $0 % 100 == 0 ? 400_000 : 1)
      }
      try await harness.push(payloads, to: .low)
      var taken: [[UInt8]] = []
      while taken.count < payloads.count { taken += try await harness.queue.reserve(upTo: 1000).map(\.payload) }
      #expect(taken == payloads)
    }
  }

  @Test
  func `takes nothing while a right is missing without which a script would break off`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("1", "2")
      for right in ["ltrim", "zadd", "zmscore", "hdel"] {
        try await harness.ask("ACL", "SETUSER", "ifinu", "on", ">p", "~ifinu:*", "+@all", "-\(right)")
        let limited = try RedisHarness(RedisURL("redis://ifinu:p@127.0.0.1:\(server.port)"))
        for _ in 1...2 {
          let error = await #expect(throws: QueueError.self) { try await limited.queue.reserve(upTo: 5) }
          #expect(error?.isOutage == true)
          #expect(error?.description.contains("+\(right)") == true)
        }
        #expect(try await harness.contents(of: .standard) == ["1", "2"])
        try await harness.ask("ACL", "SETUSER", "ifinu", "+\(right)")
        let leases = try await limited.queue.reserve(upTo: 5)
        #expect(leases.map(\.text) == ["1", "2"])
        for lease in leases.reversed() { _ = try await limited.queue.settle(lease, as: .release) }
      }
      #expect(try await harness.ask("KEYS", "ifinu:ensaio:*") == .array([]))
    }
  }

  @Test
  func `costs an idle pod few commands`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      // The first reservation sees to the user's rights, once.
      _ = try await harness.queue.reserve(upTo: 10)
      let before = try await harness.commandCount()
      for _ in 0..<5 { _ = try await harness.queue.promote() }
      _ = try await harness.queue.recover()
      for _ in 0..<3 {
        _ = try await harness.queue.snapshot()
        _ = try await harness.queue.census()
      }
      _ = try await harness.queue.buryOverdue(after: .seconds(1))
      _ = try await harness.queue.reserve(upTo: 10)
      let spent = try await harness.commandCount() - before
      #expect(spent < 100, "five seconds of an idle pod, its connecting included: \(spent) commands")
    }
  }
}
