internal import Delivery
internal import Messaging

extension MessageQueueConformance {
  static let settling: [MessageQueueConformance] = [
    MessageQueueConformance("acknowledges a message once") { harness in
      try await harness.push("1")
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      try expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld, is: true, "the first time")
      try expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld, is: false, "the second time")
      let snapshot = try await harness.queue.snapshot()
      try expect(snapshot.sentTotal, is: 1, "sent in all")
      try expect(snapshot.inFlight, is: 0, "in flight")
    },
    MessageQueueConformance("acknowledges many at once, and tells each what became of it") { harness in
      try await harness.push((0..<300).map { Array("\($0)".utf8) }, to: .standard)
      let queue = harness.queue
      let leases = try await queue.reserve(upTo: 300)
      for lease in leases.prefix(100) { _ = try await queue.settle(lease, as: .acknowledge) }
      let held = try await withThrowingTaskGroup(of: Bool.self) { group in
        for lease in leases { group.addTask { try await queue.settle(lease, as: .acknowledge).wasHeld } }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      try expect(held, is: 200, "those still held")
      try expect(try await queue.snapshot().sentTotal, is: 300, "sent in all")
    },
    MessageQueueConformance("schedules a retry with its new payload, and counts its recoveries afresh") { harness in
      try await harness.push("{\"a\":1}")
      _ = try await harness.queue.reserve(upTo: 1)
      try await harness.expireLeases()
      _ = try await harness.queue.recover()
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      let retry = Settlement.retry(payload: Array("{\"a\":2}".utf8), after: .seconds(3600))
      try expect(try await harness.queue.settle(lease, as: retry).wasHeld, is: true, "the first time")
      try expect(try await harness.queue.settle(lease, as: retry).wasHeld, is: false, "the second time")
      try expect(try await harness.queue.reserve(upTo: 1).count, is: 0, "leases before it is due")
      try expect(try await harness.queue.snapshot().scheduled, is: 1, "scheduled")
      try await harness.makeScheduledDue()
      try expect(try await harness.queue.promote().promoted, is: 1, "promoted")
      let again = try await harness.queue.reserve(upTo: 1)
      try expect(again.map(\.text), is: ["{\"a\":2}"], "the payload")
      try expect(again.map(\.recoveries), is: [0], "its recoveries")
      try expect(again.map(\.token) == [lease.token], is: false, "the same token again")
    },
    MessageQueueConformance("buries a message with all that is known of it") { harness in
      try await harness.push("{\"id\":\"m1\"}", to: .urgent)
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      let cause = DeadLetterCause(
        reason: .refused(.unknownNumber), error: "not \"there\"\nat all", field: "telefone", messageID: "m1",
        attempts: 2)
      try expect(try await harness.queue.settle(lease, as: .bury(cause)).wasHeld, is: true, "the first time")
      try expect(try await harness.queue.settle(lease, as: .bury(cause)).wasHeld, is: false, "the second time")
      let letters = try await harness.deadLetters()
      try expect(letters.map(\.reason), is: ["numero_inexistente"], "the reason")
      try expect(letters.map(\.error), is: ["not \"there\"\nat all"], "the error")
      try expect(letters.map(\.field), is: ["telefone"], "the field")
      try expect(letters.map(\.messageID), is: ["m1"], "the message's id")
      try expect(letters.map(\.attempts), is: [2], "the attempts")
      try expect(letters.map(\.lane), is: [.urgent], "the lane")
      try expect(letters.map(\.payload), is: [lease.payload], "the payload")
    },
    MessageQueueConformance("gives out no more messages than it could keep as dead letters, and deletes none") {
      harness in
      let queue = try harness.queue(keepingDeadLetters: 3)
      try await harness.push("1", "2", "3", "4", "5")
      let leases = try await queue.reserve(upTo: 5)
      try expect(leases.map(\.text), is: ["1", "2", "3"], "what there is room for")
      try await expectFull(queue, dead: 0, "all room promised to what is in flight")
      let cause = DeadLetterCause(reason: .uncertain, error: "")
      for lease in leases.prefix(2) { _ = try await queue.settle(lease, as: .bury(cause)) }
      _ = try await queue.settle(leases[2], as: .acknowledge)
      let fourth = try await queue.reserve(upTo: 5)
      try expect(fourth.map(\.text), is: ["4"], "what there is room for again")
      _ = try await queue.settle(fourth[0], as: .bury(cause))
      try await expectFull(queue, dead: 3, "a full store")
      try expect(try await queue.snapshot().dead, is: 3, "what is kept")
      try expect(try await queue.snapshot().lanes[.standard]?.length, is: 1, "what waits")
      let texts = try await harness.deadLetters().map { String(decoding: $0.payload, as: UTF8.self) }
      try expect(texts, is: ["1", "2", "4"], "the dead letters")
    },
    MessageQueueConformance("buries at once what is too large to be a message, and goes on with what is behind it") {
      harness in
      let huge = [UInt8](repeating: UInt8(ascii: "x"), count: Message.maximumQueuedBytes + 1)
      let largest = [UInt8](repeating: UInt8(ascii: "y"), count: Message.maximumQueuedBytes)
      try await harness.push([Array("1".utf8), huge, Array("2".utf8), huge, largest], to: .low)
      var taken = Reservation()
      while taken.leases.count < 3 {
        let more = try await harness.queue.reserve(upTo: 10, bytes: .max)
        taken.leases += more.leases
        taken.oversized += more.oversized
      }
      try expect(taken.leases.map(\.payload), is: [Array("1".utf8), Array("2".utf8), largest], "the messages")
      try expect(taken.oversized, is: 2, "the others")
      try expect(Set(taken.leases.map(\.token)).count, is: 3, "the tokens")
      let letters = try await harness.deadLetters()
      try expect(letters.map(\.reason), is: ["payload_invalido", "payload_invalido"], "the reasons")
      try expect(letters.map(\.field), is: ["payload", "payload"], "the fields")
      try expect(letters.map(\.lane), is: [.low, .low], "the lanes")
      let snapshot = try await harness.queue.snapshot()
      try expect([snapshot.inFlight, snapshot.dead, snapshot.lanes[.low]?.length], is: [3, 2, 0], "the counts")
    },
    MessageQueueConformance("gives out no more bytes than are wanted, but for the last message") { harness in
      try await harness.push((0..<5).map { [UInt8](repeating: UInt8(ascii: "0") + $0, count: 1000) }, to: .standard)
      let first = try await harness.queue.reserve(upTo: 5, bytes: 1500)
      try expect(first.leases.count, is: 2, "for 1,500 bytes")
      let second = try await harness.queue.reserve(upTo: 5, bytes: 1)
      try expect(second.leases.count, is: 1, "for one byte")
      let third = try await harness.queue.reserve(upTo: 5, bytes: 0)
      try expect(third.leases.count, is: 0, "for none")
    },
    MessageQueueConformance("releases a message to the front of its lane") { harness in
      try await harness.push("1", "2", "3", "4")
      try await harness.push("low", to: .low)
      let leases = try await harness.queue.reserve(upTo: 3)
      for lease in leases.reversed() {
        try expect(try await harness.queue.settle(lease, as: .release).wasHeld, is: true, "the first time")
      }
      try expect(try await harness.queue.settle(leases[0], as: .release).wasHeld, is: false, "the second time")
      try expect(try await harness.drain(), is: ["1", "2", "3", "4", "low"], "the order")
    },
    MessageQueueConformance("moves nothing by a settlement whose lease was recovered") { harness in
      try await harness.push("1")
      let stale = try await harness.queue.reserve(upTo: 1)[0]
      try await harness.expireLeases()
      _ = try await harness.queue.recover()
      let held = try await harness.queue.reserve(upTo: 1)[0]
      let settlements: [Settlement] = [
        .acknowledge, .release, .retry(payload: [], after: .zero),
        .bury(DeadLetterCause(reason: .uncertain, error: "")),
      ]
      for settlement in settlements {
        try expect(try await harness.queue.settle(stale, as: settlement).wasHeld, is: false, "\(settlement)")
      }
      let snapshot = try await harness.queue.snapshot()
      try expect(snapshot.inFlight, is: 1, "in flight")
      try expect(snapshot.scheduled + snapshot.dead + snapshot.sentTotal, is: 0, "elsewhere")
      try expect(try await harness.queue.settle(held, as: .acknowledge).wasHeld, is: true, "the holder's settlement")
    },
  ]
}

/// Expects that a queue gives out nothing for lack of room among the dead letters.
private func expectFull(_ queue: any MessageQueue, dead: Int, _ what: String) async throws {
  do {
    let leases = try await queue.reserve(upTo: 5)
    throw ConformanceFault(description: "\(what): \(leases.count) messages were given out")
  } catch QueueError.full(let found, _) {
    try expect(found, is: dead, what)
  }
}
