internal import Delivery
internal import Messaging
internal import Time

extension MessageQueueConformance {
  static let timely: [MessageQueueConformance] = [
    MessageQueueConformance("returns the messages of expired leases to the front, in their old order") { harness in
      try await harness.push("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}")
      _ = try await harness.queue.reserve(upTo: 1)
      _ = try await harness.queue.reserve(upTo: 2)
      try await harness.expireLeases()
      try expect(try await harness.queue.recover(), is: Recovery(recovered: 3, poisoned: 0), "the recovery")
      try expect(try await harness.queue.recover(), is: Recovery(recovered: 0, poisoned: 0), "a second one")
      let leases = try await harness.queue.reserve(upTo: 10)
      try expect(leases.map(\.text), is: (1...4).map { "{\"a\":\($0)}" }, "the order")
      try expect(leases.map(\.recoveries), is: [1, 1, 1, 0], "the recoveries")
    },
    MessageQueueConformance("recovers hundreds, in their old order") { harness in
      let texts = (0..<600).map { "{\"id\":\"\($0)\"}" }
      try await harness.push(texts.map { Array($0.utf8) }, to: .standard)
      _ = try await harness.queue.reserve(upTo: 600)
      try await harness.expireLeases()
      try expect(try await harness.queue.recover().recovered, is: 600, "recovered")
      try expect(try await harness.drain(), is: texts, "the order")
    },
    MessageQueueConformance("leaves leases alone that have not expired") { harness in
      try await harness.push("1")
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      try expect(try await harness.queue.recover().recovered, is: 0, "recovered")
      try expect(try await harness.queue.settle(lease, as: .acknowledge).wasHeld, is: true, "the lease")
    },
    MessageQueueConformance("buries what was recovered three times as poison, whatever its bytes") { harness in
      let payloads = ["{\"a\":1}", "no object", "{}"].map { Array($0.utf8) }
      try await harness.push(payloads, to: .standard)
      for round in 1...3 {
        try expect(
          try await harness.queue.reserve(upTo: 9).map(\.recoveries), is: [Int](repeating: round - 1, count: 3),
          "round \(round)")
        try await harness.expireLeases()
        let expected = Recovery(recovered: 3, poisoned: round == 3 ? 3 : 0)
        try expect(try await harness.queue.recover(), is: expected, "the recovery in round \(round)")
      }
      let letters = try await harness.deadLetters()
      try expect(letters.map(\.reason), is: ["veneno", "veneno", "veneno"], "the reasons")
      try expect(Set(letters.map(\.payload)), is: Set(payloads), "the payloads")
      try expect(try await harness.queue.reserve(upTo: 9).count, is: 0, "what is left")
    },
    MessageQueueConformance("lets a lease that is extended live on, and names those that are lost") { harness in
      try await harness.push("1", "2")
      let leases = try await harness.queue.reserve(upTo: 2)
      try await harness.expireLeases()
      _ = try await harness.queue.settle(leases[1], as: .acknowledge)
      let strange = Lease.Token("strange")
      let lost = try await harness.queue.extend(leases.map(\.token) + [strange])
      try expect(lost, is: [leases[1].token, strange], "the lost ones")
      try expect(try await harness.queue.recover().recovered, is: 0, "recovered")
      try expect(try await harness.queue.extend([]), is: [], "no tokens at all")
    },
    MessageQueueConformance("promotes in due order, behind what waits, and tells when the next is due") { harness in
      try expect(try await harness.queue.promote(), is: Promotion(promoted: 0, nextDue: nil), "an empty schedule")
      try await harness.push("a", "b", "c")
      let leases = try await harness.queue.reserve(upTo: 3)
      for (lease, seconds) in zip(leases, [300, 100, 200]) {
        _ = try await harness.queue.settle(lease, as: .retry(payload: lease.payload, after: .seconds(seconds)))
      }
      let early = try await harness.queue.promote()
      try expect(early.promoted, is: 0, "promoted too early")
      let isNear = early.nextDue.map { $0 > .seconds(90) && $0 <= .seconds(100) }
      try expect(isNear, is: true, "the wait for the next, \(String(describing: early.nextDue))")
      try await harness.push("waiting")
      try await harness.makeScheduledDue()
      try expect(try await harness.queue.promote(), is: Promotion(promoted: 3, nextDue: nil), "the promotion")
      try expect(try await harness.drain(), is: ["waiting", "b", "c", "a"], "the order")
    },
    MessageQueueConformance("counts what it holds") { harness in
      let created = "2025-06-01T10:00:00.123456789-03:00"
      try await harness.push("{\"id\":\"1\",\"criado_em\":\"\(created)\"}", "{\"id\":\"2\"}", to: .urgent)
      try await harness.push("1", "2", "3", to: .low)
      let snapshot = try await harness.queue.snapshot()
      try expect(snapshot.lanes[.urgent]?.length, is: 2, "urgent")
      try expect(snapshot.lanes[.urgent]?.oldest, is: Timestamp(rfc3339: created), "the oldest urgent one")
      try expect(snapshot.lanes[.standard], is: QueueSnapshot.LaneState(length: 0, oldest: nil), "standard")
      try expect(snapshot.lanes[.low]?.length, is: 3, "low")
      try expect(snapshot.lanes[.low]?.oldest != nil, is: true, "an oldest low one")
      let leases = try await harness.queue.reserve(upTo: 4)
      _ = try await harness.queue.settle(leases[0], as: .acknowledge)
      _ = try await harness.queue.settle(leases[1], as: .retry(payload: [], after: .seconds(9)))
      _ = try await harness.queue.settle(leases[2], as: .bury(DeadLetterCause(reason: .uncertain, error: "")))
      let later = try await harness.queue.snapshot()
      let counts = [later.inFlight, later.scheduled, later.dead, later.sentTotal, later.lanes[.low]?.length]
      try expect(counts, is: [1, 1, 1, 1, 1], "the counts")
    },
  ]

  static let waiting: [MessageQueueConformance] = [
    MessageQueueConformance("does not wait when a message is there, and takes none by waiting") { harness in
      try await harness.push("1", "2", to: .low)
      try await harness.queue.awaitMessages(atMost: .forever)
      try expect(try await harness.drain(), is: ["1", "2"], "the messages")
    },
    MessageQueueConformance("ends a wait when a message comes, in whatever lane") { harness in
      for lane in Lane.allCases {
        let queue = harness.queue
        let wait = Task { try await queue.awaitMessages(atMost: .forever) }
        try await harness.push("1", to: lane)
        try await wait.value
        try expect(try await harness.drain(), is: ["1"], "the message in \(lane)")
      }
    },
    MessageQueueConformance("ends a wait when the time is up") { harness in
      try await harness.queue.awaitMessages(atMost: .milliseconds(5))
    },
    MessageQueueConformance("ends a wait when the task is cancelled") { harness in
      let queue = harness.queue
      let wait = Task { try await queue.awaitMessages(atMost: .forever) }
      wait.cancel()
      try await wait.value
    },
  ]
}
