import Concurrency
import Messaging
import TestSupport
import Testing
import Time

@testable import Delivery

@Suite(.hangLimit) struct WorkerPoolTests {
  @Test func `delivers a thousand messages through a hundred workers, none lost and none twice`() async throws {
    let sender = StubSender { _, _ in
      await Task.yield()
      return .success(SendReceipt(providerID: nil))
    }
    let bench = try PoolBench(sender) { $0.workers = 100 }
    let ids = (0..<1_000).map { "m\($0)" }
    bench.push(ids)
    try await bench.whileRunning { _ in
      try await bench.advance(by: .milliseconds(3), until: "all sent") { bench.settled == ["enviada": 1_000] }
    }
    #expect(sender.ids.sorted() == ids.sorted())
    #expect(sender.peakInFlight <= 100)
    let snapshot = try await bench.memory.snapshot()
    #expect(snapshot.sentTotal == 1_000)
    #expect(snapshot.inFlight == 0)
    #expect(bench.registry.values(of: "whatsapp_envios_total") == ["sucesso": 1_000])
  }

  @Test func `never has more in flight than workers, nor leases more`() async throws {
    let answer = ManualResetEvent()
    let sender = StubSender.holding(until: answer)
    let bench = try PoolBench(sender) { $0.workers = 7 }
    bench.push((0..<50).map { "m\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("all workers are busy") { sender.inFlight == 7 }
      #expect(bench.registry.value("whatsapp_trabalhadores") == 7)
      #expect(bench.registry.value("whatsapp_trabalhadores_ocupados") == 7)
      #expect(try await bench.memory.snapshot().inFlight == 7)
      answer.set()
      try await eventually("all sent") { bench.settled == ["enviada": 50] }
    }
    #expect(sender.peakInFlight == 7)
    #expect(bench.queue.reservationLimits.allSatisfy { $0 <= 7 })
    #expect(bench.registry.value("whatsapp_trabalhadores_ocupados") == 0)
  }

  @Test func `gathers slots while nearly all are busy, and fetches at once for many`() async throws {
    let (few, many) = (ManualResetEvent(), ManualResetEvent())
    let sender = StubSender { message, _ in
      if message.id.hasPrefix("few") { await few.wait() }
      if message.id.hasPrefix("many") { await many.wait() }
      return .success(SendReceipt(providerID: nil))
    }
    let bench = try PoolBench(sender) { $0.workers = 64 }
    bench.push((0..<61).map { "many\($0)" } + (0..<3).map { "few\($0)" } + (61..<64).map { "many\($0)" })
    bench.push((0..<50).map { "last\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("all workers are busy") { sender.inFlight == 64 }
      try await eventually("the fetch loop rests") { bench.clock.timeToNextWake == .milliseconds(4) }
      let fetches = bench.queue.count(of: .reserve)
      few.set()
      try await eventually("three are sent") { sender.inFlight == 61 }
      #expect(bench.queue.holdsSettlements)
      #expect(bench.settled.isEmpty)
      #expect(bench.queue.count(of: .reserve) == fetches)
      bench.clock.advance(by: .milliseconds(4))
      try await eventually("all workers are busy again") { sender.inFlight == 64 }
      #expect(bench.queue.reservationLimits.last == 3)
      try await eventually("the three are settled") { bench.settled == ["enviada": 3] }
      // The rest that begins with the first of them ends with the fourth, whatever the clock says.
      many.set()
      try await eventually("all sent") { bench.settled == ["enviada": 117] }
      try await eventually("nothing is held any more") { !bench.queue.holdsSettlements }
    }
  }

  @Test func `serves the lanes strictly in order`() async throws {
    let sender = StubSender()
    let bench = try PoolBench(sender) { $0.workers = 1 }
    bench.push((0..<5).map { "baixa\($0)" }, to: .low)
    bench.push((0..<5).map { "whatsapp\($0)" }, to: .standard)
    bench.push((0..<5).map { "urgente\($0)" }, to: .urgent)
    try await bench.whileRunning { _ in
      try await eventually("all sent") { bench.settled == ["enviada": 15] }
    }
    #expect(sender.ids == ["urgente", "whatsapp", "baixa"].flatMap { lane in (0..<5).map { "\(lane)\($0)" } })
  }

  @Test func `takes up a message that comes while it rests`() async throws {
    let bench = try PoolBench()
    try await bench.whileRunning { _ in
      for round in 1...20 {
        try await eventually("it rests") { bench.queue.count(of: .awaitMessages) >= round }
        bench.push(["m\(round)"])
        try await eventually("it is sent") { bench.settled == ["enviada": Double(round)] }
      }
    }
  }

  @Test func `leaves what is broken aside and sends the rest`() async throws {
    let bench = try PoolBench()
    for position in 0..<20 {
      bench.push(["m\(position)"])
      bench.memory.push(Array("lixo".utf8))
    }
    try await bench.whileRunning { _ in
      try await eventually("all settled") { bench.settled == ["enviada": 20, "morta": 20] }
    }
    #expect(bench.memory.deadLetters.allSatisfy { $0.reason == "payload_invalido" && $0.field == "payload" })
  }

  @Test func `goes on by itself when the queue was away`() async throws {
    let bench = try PoolBench(plan: { operation, call in
      operation == .reserve && (2...6).contains(call) ? .before(.unavailable("refused")) : nil
    })
    bench.push(["before"])
    try await bench.whileRunning { _ in
      try await bench.advance(until: "the queue is back") { bench.queue.count(of: .reserve) > 6 }
      bench.push(["after"])
      try await eventually("both sent") { bench.settled == ["enviada": 2] }
    }
    #expect(bench.registry.value("redis_up") == 1)
  }

  @Test func `rests longer from failure to failure while the queue is away`() async throws {
    let bench = try PoolBench(plan: { operation, _ in operation == .reserve ? .before(.unavailable("refused")) : nil })
    try await bench.whileRunning { _ in
      for (failures, milliseconds) in zip(1..., [100, 200, 400, 800, 1600, 2000, 2000]) {
        try await eventually("failure \(failures)") {
          bench.queue.count(of: .reserve) == failures && bench.clock.timeToNextWake == .milliseconds(milliseconds)
        }
        #expect(bench.registry.value("redis_up") == 0)
        bench.clock.advance(by: .milliseconds(milliseconds))
      }
    }
  }

  @Test func `keeps its leases alive while the messages are worked on`() async throws {
    let answer = ManualResetEvent()
    let sender = StubSender.holding(until: answer)
    let bench = try PoolBench(sender, lease: .seconds(60))
    bench.push(["slow"])
    try await bench.whileRunning { _ in
      try await eventually("it is on the wire") { sender.inFlight == 1 }
      for round in 1...12 {
        bench.clock.advance(by: .seconds(20))
        try await eventually("extension \(round)") { bench.queue.count(of: .extend) == round }
        #expect(try await bench.memory.recover().recovered == 0)
        try await eventually("the keeper sleeps again") { (bench.clock.timeToNextWake ?? .zero) > .zero }
      }
      answer.set()
      try await eventually("it is sent") { bench.settled == ["enviada": 1] }
    }
    #expect(bench.registry.value("whatsapp_arrendamentos_perdidos_total") == 0)
  }

  @Test func `keeps to the rate, and spends tokens for messages in hand only`() async throws {
    let sender = StubSender()
    let bench = try PoolBench(sender) {
      $0.workers = 50
      $0.rate = 10
      $0.burst = 5
    }
    try await bench.whileRunning { _ in
      bench.clock.advance(by: .seconds(3600))
      try await eventually("it rests") { bench.queue.count(of: .awaitMessages) >= 1 }
      #expect(bench.registry.value("whatsapp_limitador_fichas") == 5)
      #expect(bench.registry.value("whatsapp_limitador_taxa") == 10)
      bench.push((0..<40).map { "m\($0)" })
      try await eventually("the burst is sent") { sender.calls == 5 }
      let start = bench.clock.now.offset
      try await bench.advance(by: .milliseconds(10), until: "all sent") {
        let elapsed = (bench.clock.now.offset - start).inSeconds
        #expect(Double(sender.calls) <= 5 + 10 * elapsed + 1e-6)
        return bench.settled == ["enviada": 40]
      }
      #expect(bench.clock.now.offset - start >= .milliseconds(3_499))
    }
  }

  @Test func `takes no more from the lanes than the rate lets go within a second`() async throws {
    let sender = StubSender()
    let bench = try PoolBench(sender) {
      $0.workers = 1_000
      $0.rate = 10
      $0.burst = 5
    }
    bench.push((0..<500).map { "m\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("the burst is sent") { sender.calls == 5 }
      #expect(bench.queue.reservationLimits.allSatisfy { $0 <= 15 })
    }
  }

  @Test func `does not pile up what it can't settle`() async throws {
    let isBack = ManualResetEvent()
    let sender = StubSender()
    let bench = try PoolBench(sender) {
      $0.workers = 3
    } plan: { operation, _ in
      operation == .settle && !isBack.isSet ? .before(.refused("OOM")) : nil
    }
    bench.push((0..<30).map { "m\($0)" })
    try await bench.whileRunning { _ in
      let end = Duration.seconds(30)
      try await bench.advance(by: .milliseconds(250), until: "half a minute without settling") {
        bench.clock.now.offset >= end
      }
      // A slot is given on before its settlement is known to have failed: once for each, and not again.
      #expect(sender.calls <= 6)
      #expect(bench.registry.value("whatsapp_trabalhadores_ocupados") == 3)
      isBack.set()
      try await bench.advance(until: "all sent") { bench.settled == ["enviada": 30] }
    }
    #expect(Set(sender.ids).count == 30)
    #expect(sender.calls == 30)
  }

  @Test func `tells how long ago it made progress`() async throws {
    let isStuck = ManualResetEvent()
    let bench = try PoolBench(plan: { operation, _ in
      operation == .reserve && isStuck.isSet ? .before(.unavailable("refused")) : nil
    })
    bench.clock.advance(by: .seconds(3))
    #expect(bench.pool.timeSinceProgress == .seconds(3))
    try await bench.whileRunning { _ in
      try await eventually("it rests") { bench.queue.count(of: .awaitMessages) == 1 }
      #expect(bench.pool.timeSinceProgress == .zero)
      #expect(!bench.pool.isDraining)
      isStuck.set()
      try await bench.advance(by: .seconds(1), until: "a minute without the queue") {
        bench.pool.timeSinceProgress >= .seconds(60)
      }
    }
    #expect(bench.pool.isDraining)
  }

  @Test func `counts standing still with good reason as progress`() async throws {
    let sender = StubSender.hanging()
    let bench = try PoolBench(sender) { $0.workers = 1 }
    bench.push(["m1"])
    let run = Task { await bench.pool.run() }
    try await eventually("it is on the wire") { sender.inFlight == 1 }
    bench.clock.advance(by: .seconds(3600))
    #expect(bench.pool.timeSinceProgress == .zero)
    run.cancel()
    await run.value
    #expect(bench.pool.timeSinceProgress == .zero)
  }
}
