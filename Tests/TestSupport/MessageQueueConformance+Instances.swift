internal import Delivery
internal import Messaging
internal import Time

extension MessageQueueConformance {
  static let instances: [MessageQueueConformance] = [
    MessageQueueConformance("gives each instance its turn, in order within each") { harness in
      try await harness.push((1...50).map { named("A", "a\($0)") }, to: .standard)
      try await harness.push([named("B", "b1"), named("C", "c1"), named("B", "b2")], to: .standard)
      let first = try await harness.queue.reserve(sorting: 2)
      try expect(first.needsSorting, is: true, "a deep lane needs sorting")
      try expect(first.leases.map(\.id), is: ["a1", "a2"], "what is taken meanwhile")
      try await harness.sort()
      let second = try await harness.queue.reserve(upTo: 6).map(\.id)
      try expect(Set(second.prefix(5)).isSuperset(of: ["b1", "c1", "a3"]), is: true, "each has its turn: \(second)")
      let rest = second + (try await harness.ids(upTo: 100))
      try expect(rest.filter { $0.hasPrefix("a") }, is: (3...50).map { "a\($0)" }, "the order of A")
      try expect(rest.filter { $0.hasPrefix("b") }, is: ["b1", "b2"], "the order of B")
    },
    MessageQueueConformance("serves instances with something urgent first, and lanes strictly within an instance") {
      harness in
      try await harness.push([named("A", "a low")], to: .low)
      try await harness.push([named("A", "a1"), named("B", "b1")], to: .standard)
      try await harness.push([named("B", "b urgent")], to: .urgent)
      try await harness.sort()
      let taken = try await harness.ids(upTo: 10)
      try expect(taken.first, is: "b urgent", "the first")
      try expect(taken.filter { $0.hasPrefix("a") }, is: ["a1", "a low"], "the order of A's lanes")
      try expect(taken.count, is: 4, "all")
    },
    MessageQueueConformance("counts what was sorted out as part of its lane") { harness in
      try await harness.push([named("A", "1"), named("B", "2"), named("B", "3")], to: .low)
      try await harness.sort()
      try await harness.push([named("A", "4")], to: .low)
      let snapshot = try await harness.queue.snapshot()
      try expect(snapshot.lanes[.low]?.length, is: 4, "the lane")
      try expect(snapshot.lanes[.low]?.oldest != nil, is: true, "an oldest one")
      _ = try await harness.queue.reserve(upTo: 3)
      try expect(try await harness.queue.snapshot().lanes[.low]?.length, is: 1, "what is left of it")
    },
    MessageQueueConformance("stops an instance and lets the others go on") { harness in
      try await harness.push([named("A", "a1"), named("A", "a2"), named("B", "b1")], to: .standard)
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      let outcome = try await harness.queue.settle(lease, as: .park(stop("A", .seconds(3600))))
      try expect(outcome, is: SettlementOutcome(wasHeld: true, changedHealth: true), "the outcome")
      try expect(try await harness.ids(upTo: 10), is: ["b1"], "what goes on")
      try await harness.push([named("A", "a3"), named("B", "b2")], to: .standard)
      try expect(try await harness.ids(upTo: 10), is: ["b2"], "what goes on later")
      let snapshot = try await harness.queue.snapshot()
      try expect(snapshot.lanes[.standard]?.length, is: 3, "what waits")
      try expect([snapshot.scheduled, snapshot.dead], is: [0, 0], "elsewhere")
      let census = try await harness.queue.census()
      try expect(census.messages[.stopped], is: 3, "messages that wait for A")
      try expect(census.instances[.stopped], is: 1, "instances stopped")
    },
    MessageQueueConformance("tries a stopped instance with one message, and opens it when that was sent") { harness in
      try await harness.push((1...4).map { named("A", "a\($0)") }, to: .standard)
      let leases = try await harness.queue.reserve(upTo: 2)
      for lease in leases.reversed() {
        _ = try await harness.queue.settle(lease, as: .park(stop("A", .milliseconds(1))))
      }
      let trial = try await harness.await(1)[0]
      try expect(trial.id, is: "a1", "the trial is the oldest")
      try expect(trial.origin?.isGuarded, is: true, "it is on trial")
      try expect(try await harness.queue.reserve(upTo: 5).count, is: 0, "more than one on trial")
      let outcome = try await harness.queue.settle(trial, as: .acknowledge)
      try expect(outcome, is: SettlementOutcome(wasHeld: true, goesOnAfter: .zero, changedHealth: true), "the outcome")
      try expect(try await harness.ids(upTo: 5), is: ["a2", "a3", "a4"], "the rest")
    },
    MessageQueueConformance("prolongs a stop by the trial only, and says so once") { harness in
      try await harness.push((1...3).map { named("A", "a\($0)") }, to: .standard)
      let leases = try await harness.queue.reserve(upTo: 2)
      let stop = try stop("A", .milliseconds(1), .seconds(3600))
      try expect(try await harness.queue.settle(leases[0], as: .park(stop)).changedHealth, is: true, "the first")
      try expect(try await harness.queue.settle(leases[1], as: .park(stop)).changedHealth, is: false, "the second")
      let trial = try await harness.await(1)[0]
      try expect(try await harness.queue.settle(trial, as: .park(stop)).changedHealth, is: false, "the trial")
      try expect(try await harness.queue.reserve(upTo: 5).count, is: 0, "after a trial that failed")
      try expect(try await harness.queue.snapshot().lanes[.standard]?.length, is: 3, "what waits")
    },
    MessageQueueConformance("keeps the order of what fails one after the other") { harness in
      try await harness.push((1...5).map { named("A", "a\($0)") }, to: .standard)
      for lease in try await harness.queue.reserve(upTo: 3) {
        _ = try await harness.queue.settle(lease, as: .park(stop("A", .milliseconds(1))))
      }
      let trial = try await harness.await(1)[0]
      _ = try await harness.queue.settle(trial, as: .acknowledge)
      try expect([trial.id] + (try await harness.ids(upTo: 5)), is: (1...5).map { "a\($0)" }, "the order")
    },
    MessageQueueConformance("lets no more go at once than an instance may, and the next when one is done") { harness in
      let queue = try harness.limitedQueue()
      try await harness.push((1...3).map { named("A", "a\($0)") } + [named("B", "b1")], to: .standard)
      let limits = InstanceStart(concurrency: 1, day: today, nextDay: .farFuture)
      var first = try await queue.reserve(upTo: 5)
      try expect(first.map(\.id).sorted(), is: ["a1", "b1"], "one of each")
      for index in first.indices {
        try expect(try await queue.begin(&first[index], within: limits), is: .granted, "a start")
      }
      try expect(try await queue.reserve(upTo: 5).count, is: 0, "while these are under way")
      let a1 = try first.first { $0.id == "a1" }.unwrapped("a1")
      try expect(try await queue.settle(a1, as: .acknowledge).goesOnAfter, is: .zero, "whether more may go")
      var second = try await queue.reserve(upTo: 5)
      try expect(second.map(\.id), is: ["a2"], "the next")
      try expect(try await queue.begin(&second[0], within: limits), is: .granted, "its start")
      try expect(
        try await queue.settle(second[0], as: .bury(DeadLetterCause(reason: .uncertain, error: ""))).goesOnAfter,
        is: .zero,
        "whether more may go after a burial")
      try expect(try await queue.reserve(upTo: 5).map(\.id), is: ["a3"], "the last")
    },
    MessageQueueConformance("tries a stopped instance with limits when its wait is over, not later") { harness in
      let queue = try harness.limitedQueue()
      try await harness.push((1...2).map { named("A", "a\($0)") }, to: .standard)
      var lease = try await queue.reserve(upTo: 1)
      let limits = InstanceStart(concurrency: 1, day: today, nextDay: .farFuture)
      try expect(try await queue.begin(&lease[0], within: limits), is: .granted, "the start")
      _ = try await queue.settle(lease[0], as: .park(stop("A", .milliseconds(1))))
      let next = try await queue.reserve(ReservationRequest(upTo: 1, bytes: .max))
      let isSoon = next.leases.count == 1 || next.nextDue.map { $0 <= .seconds(1) } == true
      try expect(isSoon, is: true, "the next trial, \(String(describing: next.nextDue))")
    },
    MessageQueueConformance("keeps the time between starts, and no attempt is lost by waiting") { harness in
      let queue = try harness.limitedQueue()
      try await harness.push((1...2).map { named("A", "a\($0)") }, to: .standard)
      let limits = InstanceStart(interval: .seconds(3600), day: today, nextDay: .farFuture)
      var first = try await queue.reserve(upTo: 5)
      try expect(try await queue.begin(&first[0], within: limits), is: .granted, "the first start")
      _ = try await queue.settle(first[0], as: .acknowledge)
      let later = try await queue.reserve(ReservationRequest(upTo: 5, bytes: .max))
      try expect(later.leases.count, is: 0, "before the time")
      try expect(later.nextDue.map { $0 > .seconds(3000) && $0 <= .seconds(3600) }, is: true, "when it is due")
      try expect(try await queue.census().messages[.pace], is: 1, "what waits for its pace")
    },
    MessageQueueConformance("keeps to a day's cap, and puts back what is over it") { harness in
      let queue = try harness.limitedQueue()
      try await harness.push((1...3).map { named("A", "a\($0)") }, to: .standard)
      let limits = InstanceStart(dailyCap: DailyCap(perDay: 2), day: today, nextDay: .farFuture)
      for name in ["a1", "a2"] {
        var lease = try await queue.reserve(upTo: 1)
        try expect(lease.map(\.id), is: [name], "the message")
        try expect(try await queue.begin(&lease[0], within: limits), is: .granted, "the start of \(name)")
        _ = try await queue.settle(lease[0], as: .acknowledge)
      }
      try expect(try await queue.reserve(upTo: 1).count, is: 0, "over the cap")
      try expect(try await queue.snapshot().lanes[.standard]?.length, is: 1, "what waits")
    },
    MessageQueueConformance("keeps a day's count when messages come to nothing before they are begun") { harness in
      let queue = try harness.limitedQueue()
      try await harness.push((1...5).map { named("A", "a\($0)") }, to: .standard)
      let limits = InstanceStart(dailyCap: DailyCap(perDay: 2), day: today, nextDay: .farFuture)
      let unsent: [String: Settlement] = [
        "a2": .discard, "a3": .bury(DeadLetterCause(reason: .optedOut, error: "")),
      ]
      for name in ["a1", "a2", "a3", "a4"] {
        var lease = try await queue.reserve(upTo: 1)
        try expect(lease.map(\.id), is: [name], "the message")
        if unsent[name] == nil {
          try expect(try await queue.begin(&lease[0], within: limits), is: .granted, "the start of \(name)")
        }
        _ = try await queue.settle(lease[0], as: unsent[name] ?? .acknowledge)
      }
      try expect(try await queue.reserve(upTo: 1).count, is: 0, "over the cap")
      try expect(try await queue.snapshot().lanes[.standard]?.length, is: 1, "what waits")
    },
    MessageQueueConformance("files a message under the instance that it belongs to") { harness in
      try await harness.push([named("A", "a1"), named("B", "b1")], to: .low)
      try await harness.sort()
      let leases = try await harness.queue.reserve(upTo: 2)
      let filing = try Filing(under: InstanceName("C").unwrapped("a name"))
      for lease in leases {
        try expect(try await harness.queue.settle(lease, as: .file(filing)).wasHeld, is: true, "the filing")
      }
      let again = try await harness.queue.reserve(upTo: 5)
      try expect(again.map(\.origin?.group), is: ["C", "C"], "where they wait")
      try expect(again.map(\.lane), is: [.low, .low], "their lane")
    },
    MessageQueueConformance("keeps messages apart until their time") { harness in
      try await harness.push([named("A", "a1"), named("A", "a2")], to: .standard)
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      let night = Filing.Apart(.quietHours, "America/Manaus", for: .seconds(3600))
      let filing = try Filing(under: InstanceName("A").unwrapped("a name"), apart: night)
      _ = try await harness.queue.settle(lease, as: .file(filing))
      try expect(try await harness.ids(upTo: 5), is: ["a2"], "what goes on")
      try expect(try await harness.queue.census().messages[.quietHours], is: 1, "what waits for the day")
      try expect(try await harness.queue.snapshot().lanes[.standard]?.length, is: 1, "the lane")
    },
    MessageQueueConformance("gives back and recovers to the front of the instance's queue") { harness in
      try await harness.push((1...4).map { named("A", "a\($0)") } + [named("B", "b1")], to: .standard)
      try await harness.sort()
      let leases = try await harness.queue.reserve(upTo: 3).filter { $0.id.hasPrefix("a") }
      for lease in leases.reversed() { _ = try await harness.queue.settle(lease, as: .release) }
      let order = try await harness.queue.reserve(upTo: 10)
      try expect(order.map(\.id).filter { $0.hasPrefix("a") }, is: ["a1", "a2", "a3", "a4"], "after the release")
      try await harness.expireLeases()
      _ = try await harness.queue.recover()
      let again = try await harness.ids(upTo: 10)
      try expect(again.filter { $0.hasPrefix("a") }, is: ["a1", "a2", "a3", "a4"], "after the recovery")
    },
    MessageQueueConformance("remembers of what vanished that it may have been sent") { harness in
      try await harness.push([named("A", "a1"), named("A", "a2")], to: .standard)
      let leases = try await harness.queue.reserve(upTo: 2)
      try expect(try await harness.queue.noteBegun(leases[0]), is: true, "the note")
      try await harness.expireLeases()
      _ = try await harness.queue.recover()
      let again = try await harness.queue.reserve(upTo: 2)
      let messages = try again.map { try Message(payload: $0.payload) }
      try expect(messages.map { $0.uncertainSince != nil }, is: [true, false], "what may have been sent")
      _ = try await harness.queue.settle(again[0], as: .acknowledge)
      try expect(try await harness.queue.noteBegun(again[0]), is: false, "a note on what is not held")
    },
    MessageQueueConformance("takes all that a reservation begins at once for begun") { harness in
      try await harness.push([named("A", "a1")], to: .standard)
      var request = ReservationRequest(upTo: 1, bytes: .max)
      request.beginsAtOnce = true
      for _ in 1...3 {
        _ = try await harness.queue.reserve(request)
        try await harness.expireLeases()
        _ = try await harness.queue.recover()
      }
      try expect(try await harness.deadLetters().map(\.reason), is: ["incerto"], "the reason")
    },
    MessageQueueConformance("passes over instances that are not wanted, and keeps their order") { harness in
      try await harness.push([named("A", "a1"), named("B", "b1"), named("A", "a2")], to: .standard)
      var request = ReservationRequest(upTo: 5, bytes: .max)
      request.excluded = ["A"]
      let others = try await harness.queue.reserve(request)
      try expect(others.leases.map(\.id), is: ["b1"], "the others")
      try expect(try await harness.ids(upTo: 5), is: ["a1", "a2"], "later")
    },
    MessageQueueConformance("buries what has waited too long for a stopped instance") { harness in
      try await harness.push([named("A", "a1"), named("A", "a2"), named("B", "b1")], to: .standard)
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      _ = try await harness.queue.settle(lease, as: .park(stop("A", .seconds(3600))))
      try await harness.sort()
      try expect(try await harness.queue.buryOverdue(after: .seconds(3600)), is: 0, "before its time")
      var buried = 0
      try await eventually("two are buried") {
        buried += try await harness.queue.buryOverdue(after: .milliseconds(1))
        return buried >= 2
      }
      try expect(buried, is: 2, "buried")
      let letters = try await harness.deadLetters()
      try expect(letters.map(\.reason), is: ["instancia_parada", "instancia_parada"], "the reasons")
      try expect(letters.map(\.instance), is: ["A", "A"], "the instance")
      try expect(try await harness.ids(upTo: 5), is: ["b1"], "the others")
      try expect(try await harness.queue.snapshot().lanes[.standard]?.length, is: 0, "what waits")
    },
  ]

  private static let today = CalendarDate(daysSince1970: 20_785)

  private static func named(_ instance: String, _ id: String) -> [UInt8] {
    Array(#"{"id":"\#(id)","instancia":"\#(instance)","telefone":"5511988887777","texto":"x"}"#.utf8)
  }

  private static func stop(_ name: String, _ waits: Duration...) throws(ConformanceFault) -> InstanceStop {
    InstanceStop(of: try InstanceName(name).unwrapped("a name"), because: .instanceUnavailable, waits: waits)
  }
}

extension Optional {
  fileprivate func unwrapped(_ what: String) throws(ConformanceFault) -> Wrapped {
    guard let self else { throw ConformanceFault(description: "\(what) is missing") }
    return self
  }
}

extension Timestamp {
  fileprivate static var farFuture: Timestamp { Timestamp(milliseconds: 4_000_000_000_000) }
}

extension Lease {
  fileprivate var id: String { (try? Message(payload: payload))?.id ?? "" }
}

extension MessageQueue {
  fileprivate func reserve(sorting limit: Int) async throws(QueueError) -> Reservation {
    var request = ReservationRequest(upTo: limit, bytes: .max)
    request.unsortedLimit = limit
    return try await reserve(request)
  }

  /// Begins a send as a worker does.
  fileprivate func begin(_ lease: inout Lease, within limits: InstanceStart) async throws -> StartDecision {
    let instance = try InstanceName(String(lease.origin?.instance ?? "")).unwrapped("an instance")
    lease.start = limits
    return try await begin(lease, on: instance, within: limits)
  }
}

extension MessageQueueHarness {
  fileprivate func sort() async throws { while try await queue.sort() {} }

  fileprivate func ids(upTo limit: Int) async throws -> [String] { try await queue.reserve(upTo: limit).map(\.id) }

  /// Takes so many messages, as soon as they may go.
  fileprivate func await(_ count: Int) async throws -> [Lease] {
    var leases: [Lease] = []
    try await eventually("\(count) messages") {
      leases += try await queue.reserve(upTo: count - leases.count)
      return leases.count == count
    }
    return leases
  }
}
