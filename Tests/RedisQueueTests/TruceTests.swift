import Delivery
import Messaging
import Redis
import TestSupport
import Testing

@testable import RedisQueue

/// Leases that ran out while nobody could extend them are left to their holders for a while.
@Suite(.hangLimit)
struct TruceTests {
  private static let lease = Duration.seconds(60)
  private static let silence = Duration.seconds(10)

  /// A queue with one lease that has run out; leases were last looked at so many ms from now.
  private func withExpired(
    seen: Int, _ body: (RedisHarness, Lease) async throws -> Void
  ) async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, lease: Self.lease, recovery: .silence(Self.silence))
      try await harness.push("{\"id\":\"1\"}")
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      try await harness.expireLeases()
      try await harness.ask("HSET", harness.keys.clock, "visto", "\(try await now(harness) + seen)")
      try await body(harness, lease)
    }
  }

  @Test
  func `recovers at once what ran out while others looked`() async throws {
    try await withExpired(seen: -5_000) { harness, _ in
      let recovery = try await harness.queue.recover()
      #expect(recovery.recovered == 1)
    }
  }

  @Test(arguments: [-11_000, -3_600_000])
  func `leaves leases alone after a silence, until their holders had time to extend them`(seen: Int) async throws {
    try await withExpired(seen: seen) { harness, lease in
      #expect(try await harness.queue.recover().recovered == 0)
      #expect(try await harness.queue.recover().recovered == 0)
      #expect(try await harness.queue.extend([lease.token]).isEmpty)
      try await endTruce(harness)
      #expect(try await harness.queue.recover().recovered == 0)
      #expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld)
    }
  }

  @Test
  func `recovers those of the dead when the time is over`() async throws {
    try await withExpired(seen: -3_600_000) { harness, lease in
      #expect(try await harness.queue.recover().recovered == 0)
      let end = try #require(Int(try await harness.ask("HGET", harness.keys.clock, "tregua").text ?? ""))
      let left = end - (try await now(harness))
      // Holders extend each third of the time.
      #expect(left > 20_000 && left <= 30_000)
      try await endTruce(harness)
      #expect(try await harness.queue.recover().recovered == 1)
      #expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld == false)
    }
  }

  @Test
  func `lets no lease outlast a clock that was set back`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, lease: Self.lease, recovery: .silence(Self.silence))
      try await harness.push("{\"id\":\"1\"}")
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      let hour = 3_600_000
      let before = try await now(harness)
      try await harness.ask("ZADD", harness.keys.inFlight, "\(before + hour)", lease.token.value)
      try await harness.ask("HSET", harness.keys.clock, "visto", "\(before + hour)")
      #expect(try await harness.queue.recover().recovered == 0)
      let expiry = try #require(
        Double(try await harness.ask("ZSCORE", harness.keys.inFlight, lease.token.value).text ?? ""))
      let latest = try await now(harness) + 60_000
      #expect(Int(expiry) <= latest)
      try await harness.expireLeases()
      #expect(try await harness.queue.recover().recovered == 0, "its holder may be about to extend it")
      try await endTruce(harness)
      #expect(try await harness.queue.recover().recovered == 1)
    }
  }

  @Test(arguments: ["replica", "disk"])
  func `sees an outage in writes that are refused, and recovers nothing at once when they work again`(
    by fault: String
  ) async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server, lease: .seconds(6), recovery: .silence(.milliseconds(500)))
      try await harness.push("{\"id\":\"1\"}")
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      #expect(try await harness.queue.recover().recovered == 0)
      if fault == "replica" {
        try await harness.ask("REPLICAOF", "127.0.0.1", "1")
      } else {
        try await harness.ask("CONFIG", "SET", "min-replicas-to-write", "1")
      }
      let snapshot = try await harness.queue.snapshot()
      #expect(snapshot.writeFault?.isOutage == true)
      #expect(snapshot.inFlight == 1)
      try await eventually("the lease has run out while nothing can be done") {
        let error = await #expect(throws: QueueError.self) { try await harness.queue.recover() }
        #expect(error?.isOutage == true)
        let expiry = try await harness.ask("ZSCORE", harness.keys.inFlight, lease.token.value).text.flatMap(Double.init)
        return try await now(harness) > Int(expiry ?? 0) + 1_000
      }
      if fault == "replica" {
        try await harness.ask("REPLICAOF", "NO", "ONE")
      } else {
        try await harness.ask("CONFIG", "SET", "min-replicas-to-write", "0")
      }
      #expect(try await harness.queue.recover().recovered == 0)
      #expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld)
      #expect(try await harness.queue.snapshot().writeFault == nil)
    }
  }

  @Test
  func `buries as uncertain what lost its lease to somebody's hand, and nothing else`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push((0..<600).map { Array("{\"id\":\"\($0)\"}".utf8) }, to: .standard)
      let leases = try await harness.queue.reserve(upTo: 600)
      for lease in leases.prefix(590) { try await harness.ask("ZREM", harness.keys.inFlight, lease.token.value) }
      let recovery = try await harness.queue.recover()
      #expect(recovery.orphaned == 590)
      #expect(recovery.recovered == 0)
      #expect(try await harness.queue.snapshot().inFlight == 10)
      #expect(try await harness.ask("HLEN", harness.keys.inFlightBodies) == .integer(10))
      let letters = try await harness.deadLetters()
      #expect(letters.count == 590)
      #expect(Set(letters.map(\.reason)) == ["incerto"])
      for lease in leases.suffix(10) { #expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld) }
      #expect(try await harness.queue.recover() == Recovery(recovered: 0, poisoned: 0))
    }
  }

  @Test
  func `leaves no body behind when the bodies' key was of another type for a while`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await harness.push("1", "2", "3")
      let leases = try await harness.queue.reserve(upTo: 3)
      try await harness.ask("RENAME", harness.keys.inFlightBodies, "aside")
      try await harness.ask("SET", harness.keys.inFlightBodies, "x")
      for lease in leases {
        await #expect(throws: QueueError.self) { try await harness.queue.settle(lease, as: .acknowledge) }
      }
      try await harness.ask("RENAME", "aside", harness.keys.inFlightBodies)
      for lease in leases { #expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld) }
      #expect(try await harness.ask("EXISTS", harness.keys.inFlightBodies) == .integer(0))
      #expect(try await harness.queue.snapshot().sentTotal == 3)
    }
  }

  @Test
  func `is woken by a message that is too large to be read, without reading it`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let queue = harness.queue
      let wait = Task { try await queue.awaitMessages(atMost: .seconds(600)) }
      try await eventually("three clients that wait") {
        try await harness.ask("INFO", "clients").text?.contains("blocked_clients:3") == true
      }
      try await harness.push([[UInt8](repeating: 120, count: 24 << 20)], to: .urgent)
      try await wait.value
      let reservation = try await queue.reserve(upTo: 1, bytes: .max)
      #expect(reservation.oversized == 1)
      #expect(reservation.leases.isEmpty)
      #expect(try await queue.snapshot().dead == 1)
    }
  }

  private func endTruce(_ harness: RedisHarness) async throws {
    try await harness.ask("HSET", harness.keys.clock, "tregua", "0", "visto", "\(try await now(harness))")
  }

  /// The server's time in milliseconds.
  private func now(_ harness: RedisHarness) async throws -> Int {
    let parts = try await harness.ask("TIME").requireElements(atLeast: 2).map { Int($0.text ?? "") ?? 0 }
    return parts[0] * 1000 + parts[1] / 1000
  }
}
