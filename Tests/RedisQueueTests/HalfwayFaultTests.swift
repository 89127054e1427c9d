import Delivery
import Messaging
import Redis
import TestSupport
import Testing

@testable import RedisQueue

/// What a script does when it can't do all of it: nothing is lost, and nothing doubled.
@Suite(.hangLimit)
struct HalfwayFaultTests {
  @Test
  func `serves the other lanes when one is no list, and says so when they are empty`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("a", "b")
      try await harness.ask("SET", harness.keys.lane(.low), "x")
      try await harness.ask("SET", harness.keys.lane(.urgent), "x")
      #expect(try await harness.queue.reserve(upTo: 5).map(\.text) == ["a", "b"])
      await #expect(
        throws: QueueError.refused(
          "the key ifinu:fila:urgente holds a string where a list belongs: rename or delete it")
      ) { try await harness.queue.reserve(upTo: 5) }
    }
  }

  @Test
  func `counts the rest when a lane is no list`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("a", "b")
      try await harness.ask("SET", harness.keys.lane(.low), "x")
      let snapshot = try await harness.queue.snapshot()
      #expect(snapshot.lanes.mapValues(\.length) == [.urgent: 0, .standard: 2])
      #expect(
        snapshot.fault
          == .refused("the key ifinu:fila:baixa holds a string where a list belongs: rename or delete it"))
    }
  }

  @Test
  func `promotes once what it can, when the lane of the rest is no list`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push(["a", "b"].map { Array($0.utf8) }, to: .standard)
      try await harness.push([Array("c".utf8)], to: .low)
      for lease in try await harness.queue.reserve(upTo: 3) {
        _ = try await harness.queue.settle(lease, as: .retry(payload: lease.payload, after: .zero))
      }
      try await harness.makeScheduledDue()
      try await harness.ask("SET", harness.keys.lane(.low), "x")
      for _ in 0..<3 {
        await #expect(throws: QueueError.self) { try await harness.queue.promote() }
        #expect(try await harness.contents(of: .standard) == ["a", "b"])
      }
      try await harness.ask("DEL", harness.keys.lane(.low))
      #expect(try await harness.queue.promote().promoted == 1)
      #expect(try await harness.contents(of: .low) == ["c"])
    }
  }

  @Test
  func `recovers once what it can, when the lane of the rest is no list`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push(["a", "b"].map { Array($0.utf8) }, to: .standard)
      try await harness.push([Array("c".utf8)], to: .low)
      _ = try await harness.queue.reserve(upTo: 3)
      try await harness.expireLeases()
      try await harness.ask("SET", harness.keys.lane(.low), "x")
      let first = try await harness.queue.recover()
      #expect(first.recovered == 2)
      #expect(first.fault?.description.contains("ifinu:fila:baixa holds a string") == true)
      for _ in 0..<4 { #expect(try await harness.queue.recover().recovered == 0) }
      #expect(try await harness.contents(of: .standard) == ["a", "b"])
      try await harness.ask("DEL", harness.keys.lane(.low))
      #expect(try await harness.queue.recover() == Recovery(recovered: 1, poisoned: 0))
      #expect(try await harness.queue.reserve(upTo: 3).map(\.recoveries) == [1, 1, 1])
    }
  }

  @Test
  func `keeps poison leased while there is nowhere to bury it`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("{\"id\":\"1\"}")
      for _ in 1...2 {
        _ = try await harness.queue.reserve(upTo: 1)
        try await harness.expireLeases()
        _ = try await harness.queue.recover()
      }
      _ = try await harness.queue.reserve(upTo: 1)
      try await harness.expireLeases()
      try await harness.ask("SET", harness.keys.deadBodies, "x")
      #expect(try await harness.queue.recover().poisoned == 0)
      #expect(try await harness.queue.snapshot().inFlight == 1)
      try await harness.ask("DEL", harness.keys.deadBodies)
      #expect(try await harness.queue.recover() == Recovery(recovered: 1, poisoned: 1))
      #expect(try await harness.deadLetters().map(\.reason) == ["veneno"])
    }
  }

  @Test(arguments: [["SET", "x"], ["HSET", "enviadas", "many"]])
  func `acknowledges although what is sent can't be counted`(spoil: [String]) async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      var command = RedisCommand(spoil[0], harness.keys.totals)
      for word in spoil.dropFirst() { command.append(word) }
      _ = try await harness.connection.send(command)
      try await harness.push("a", "b")
      for lease in try await harness.queue.reserve(upTo: 2) {
        #expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld)
      }
      #expect(try await harness.ask("ZCARD", harness.keys.inFlight) == .integer(0))
    }
  }

  @Test
  func `returns all that it is given back, or nothing`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("a", "b")
      let leases = try await harness.queue.reserve(upTo: 2)
      try await harness.ask("SET", harness.keys.lane(.low), "x")
      await #expect(throws: QueueError.self) { try await harness.queue.settle(leases[0], as: .release) }
      #expect(try await harness.contents(of: .standard).isEmpty)
      try await harness.ask("DEL", harness.keys.lane(.low))
      #expect(try await harness.queue.settle(leases[0], as: .release).wasHeld)
      #expect(try await harness.contents(of: .standard) == ["a"])
    }
  }

  @Test
  func `takes no leases away when it was the server that was held up`() async throws {
    try await withRedisServer { server in
      var recovery = RecoveryTiming.patient
      recovery.lateness = .milliseconds(500)
      let harness = try RedisHarness(server, lease: .seconds(1), timeouts: .short, recovery: recovery)
      try await harness.push("a")
      let leases = try await harness.answered { try await harness.queue.reserve(upTo: 1) }
      let lease = try #require(leases.first)
      // It is taken from answers that come soon, which is not every one on a busy machine.
      try await eventually("the server's time is known") {
        _ = try? await harness.queue.snapshot()
        return harness.redis.serverTime != nil
      }
      server.pause()
      let start = ContinuousClock.now
      await #expect(throws: QueueError.self) { try await harness.queue.recover() }
      try await eventually("the lease has run out, and the time for the call is over") {
        start.duration(to: .now) > .milliseconds(1500)
      }
      server.resume()
      try await eventually("it is settled") {
        (try? await harness.queue.settle(lease, as: .acknowledge).wasHeld) == true
      }
      let after = try await harness.answered { try await harness.queue.recover() }
      #expect(after == Recovery(recovered: 0, poisoned: 0))
    }
  }

  @Test
  func `reads few messages at once as long as they are large`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let payloads = (0..<40).map { [UInt8](repeating: UInt8(ascii: "0") + UInt8($0 % 10), count: 1 << 20) }
      for payload in payloads { try await harness.push([payload], to: .standard) }
      var taken: [[UInt8]] = []
      while taken.count < payloads.count {
        let leases = try await harness.queue.reserve(upTo: 100)
        #expect((1...8).contains(leases.count))
        taken += leases.map(\.payload)
      }
      #expect(taken == payloads)
    }
  }
}
