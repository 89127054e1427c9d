import Concurrency
import Messaging
import TestSupport
import Testing

@testable import Delivery

@Suite(.hangLimit) struct DrainingTests {
  @Test func `waits for what is on the wire and takes nothing more`() async throws {
    let answer = ManualResetEvent()
    let sender = StubSender.holding(until: answer)
    let bench = try PoolBench(sender) { $0.workers = 3 }
    bench.push((0..<10).map { "m\($0)" })
    try await bench.whileRunning { shutDown in
      try await eventually("all workers are busy") { sender.inFlight == 3 }
      shutDown()
      try await eventually("it drains") { bench.pool.isDraining }
      answer.set()
    }
    #expect(sender.calls == 3)
    #expect(bench.settled == ["enviada": 3])
    #expect(bench.memory.payloads(in: .standard).count == 7)
    #expect(try await bench.memory.snapshot().inFlight == 0)
  }

  @Test func `returns at once what waits for a token`() async throws {
    let sender = StubSender()
    let bench = try PoolBench(sender) {
      $0.workers = 5
      $0.rate = 0.5
      $0.burst = 2
    }
    bench.push((0..<2).map { "burst\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("the burst is sent") { bench.settled == ["enviada": 2] }
      bench.push(["waits"], to: .urgent)
      try await eventually("it is in hand") { bench.registry.value("whatsapp_trabalhadores_ocupados") == 1 }
    }
    #expect(sender.calls == 2)
    #expect(bench.settled == ["enviada": 2, "devolvida": 1])
    #expect(bench.memory.payloads(in: .urgent) == [Array(#"{"id":"waits"}"#.utf8)])
    #expect(bench.clock.now.offset == .zero)
  }

  @Test func `cuts off what hangs before the grace period ends, and parks it as uncertain`() async throws {
    let sender = StubSender.hanging()
    let bench = try PoolBench(sender) {
      $0.workers = 4
      $0.shutdown = ShutdownBudget(total: .seconds(25))
    }
    bench.push((0..<6).map { "m\($0)" })
    try await bench.whileRunning { shutDown in
      try await eventually("all workers are busy") { sender.inFlight == 4 }
      shutDown()
      // The keeper of the leases sleeps, and whoever waits for the end.
      for step: Duration in [.seconds(20), .milliseconds(2_650), .milliseconds(100)] {
        try await bench.clock.awaitSleepers(2)
        #expect(sender.inFlight == 4)
        bench.clock.advance(by: step)
      }
      try await eventually("it is cut off") { sender.inFlight == 0 }
    }
    #expect(bench.settled == ["morta": 4])
    #expect(bench.memory.deadLetters.map(\.reason) == Array(repeating: "incerto", count: 4))
    #expect(bench.memory.deadLetters.compactMap(\.messageID).sorted() == ["m0", "m1", "m2", "m3"])
    #expect(bench.memory.payloads(in: .standard).count == 2)
  }

  @Test func `keeps its leases alive to the end`() async throws {
    let answer = ManualResetEvent()
    let sender = StubSender.holding(until: answer)
    let bench = try PoolBench(sender, lease: .seconds(6)) { $0.shutdown = ShutdownBudget(total: .seconds(60)) }
    bench.push(["slow"])
    try await bench.whileRunning { shutDown in
      try await eventually("it is on the wire") { sender.inFlight == 1 }
      shutDown()
      for round in 1...10 {
        try await bench.clock.awaitSleepers(2)
        bench.clock.advance(by: .seconds(2))
        try await eventually("extension \(round)") { bench.queue.count(of: .extend) == round }
        #expect(try await bench.memory.recover().recovered == 0)
      }
      answer.set()
    }
    #expect(bench.settled == ["enviada": 1])
  }

  @Test func `ends at once when it rests`() async throws {
    let bench = try PoolBench()
    try await bench.whileRunning { _ in
      try await eventually("it rests") { bench.queue.count(of: .awaitMessages) == 1 }
    }
    #expect(bench.clock.now.offset == .zero)
  }

  @Test func `ends at once while the queue is away`() async throws {
    let bench = try PoolBench(plan: { _, _ in .before(.unavailable("refused")) })
    try await bench.whileRunning { _ in
      try await eventually("it rests after a failure") { bench.clock.sleepers >= 2 }
    }
    #expect(bench.clock.now.offset == .zero)
  }

  @Test func `ends at once while the breaker is open`() async throws {
    let down = SendFailure(.connectionFailed, detail: "refused", scope: .host)
    let bench = try PoolBench(.failing(down)) { $0.breakerFailures = 1 }
    bench.push(["m1"])
    try await bench.whileRunning { _ in
      try await eventually("it is open") { bench.breaker == ["aberto": 1] }
    }
    #expect(bench.clock.now.offset == .zero)
  }

  @Test func `loses nothing when shutting down meets full work`() async throws {
    for round in 0..<20 {
      let sender = StubSender { _, _ in
        await Task.yield()
        return .success(SendReceipt(providerID: nil))
      }
      let bench = try PoolBench(sender) { $0.workers = 16 }
      let ids = (0..<300).map { "m\($0)" }
      bench.push(ids)
      try await bench.whileRunning { _ in
        try await eventually("some are sent") { sender.calls >= round * 10 }
      }
      let left = bench.memory.payloads(in: .standard).compactMap { try? Message(payload: $0).id }
      #expect((sender.ids + left).sorted() == ids.sorted())
      #expect(try await bench.memory.snapshot().inFlight == 0)
      #expect(bench.settled["enviada", default: 0] == Double(sender.calls))
    }
  }

  @Test func `ends at once when it is cancelled, and settles what was on the wire`() async throws {
    let sender = StubSender.hanging()
    let bench = try PoolBench(sender) { $0.workers = 2 }
    bench.push(["m1", "m2"])
    let run = Task { await bench.pool.run() }
    try await eventually("all workers are busy") { sender.inFlight == 2 }
    run.cancel()
    await run.value
    #expect(bench.clock.now.offset == .zero)
    #expect(bench.memory.deadLetters.map(\.reason) == ["incerto", "incerto"])
  }
}
