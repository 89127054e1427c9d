import Concurrency
import Messaging
import TestSupport
import Testing

@testable import Delivery

@Suite(.hangLimit) struct SettlingTests {
  @Test func `tells the queue again and again until it has heard`() async throws {
    let bench = try DeliveryBench { operation, call in
      operation == .settle && call <= 5 ? .before(.unavailable("away")) : nil
    }
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    for _ in 0..<5 {
      try await bench.clock.awaitSleepers(1)
      bench.clock.advance(by: .seconds(2))
    }
    await delivery.value
    #expect(bench.queue.count(of: .settle) == 6)
    #expect(bench.settled == ["enviada": 1])
    #expect(try await bench.memory.snapshot().sentTotal == 1)
  }

  @Test func `rests longer from failure to failure, up to 2 seconds`() async throws {
    let bench = try DeliveryBench { operation, call in
      operation == .settle && call <= 8 ? .before(.refused("OOM")) : nil
    }
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    for milliseconds in [50, 100, 200, 400, 800, 1600, 2000, 2000] {
      try await bench.clock.awaitSleepers(1)
      #expect(bench.clock.timeToNextWake == .milliseconds(milliseconds))
      bench.clock.advance(by: .milliseconds(milliseconds))
    }
    await delivery.value
    #expect(bench.settled == ["enviada": 1])
  }

  @Test func `counts a settlement whose answer was lost once, and not as a lost lease`() async throws {
    let bench = try DeliveryBench { operation, call in
      operation == .settle && call == 1 ? .after(.interrupted("reset")) : nil
    }
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await bench.clock.awaitSleepers(1)
    bench.clock.advance(by: .milliseconds(50))
    await delivery.value
    #expect(bench.settled == ["enviada": 1])
    #expect(bench.registry.value("whatsapp_arrendamentos_perdidos_total") == 0)
    #expect(try await bench.memory.snapshot().sentTotal == 1)
  }

  @Test(arguments: [(Duration.milliseconds(200), true), (.seconds(300), false)])
  func `tells of a retry that is due before the schedule is looked at again`(delay: Duration, isSoon: Bool) async throws
  {
    let failure = SendFailure(.rateLimited, detail: "429", retryAfter: delay)
    let bench = try DeliveryBench(.failing(failure))
    try await bench.deliver(Documents.plain())
    #expect(bench.settled == ["reagendada": 1])
    let told = Recorder<Bool>()
    let waits = Task {
      await bench.dueSoon.wait()
      told.add(!Task.isCancelled)
    }
    if !isSoon { waits.cancel() }
    await waits.value
    #expect(told.values == [isSoon])
  }

  @Test func `counts a lost lease, and no outcome`() async throws {
    let answer = ManualResetEvent()
    let sender = StubSender.holding(until: answer)
    let bench = try DeliveryBench(sender)
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await eventually("it is on the wire") { sender.inFlight == 1 }
    bench.memory.expireLeases()
    #expect(try await bench.memory.recover().recovered == 1)
    answer.set()
    await delivery.value
    #expect(bench.settled.isEmpty)
    #expect(bench.registry.value("whatsapp_arrendamentos_perdidos_total") == 1)
    #expect(bench.memory.payloads(in: .standard) == [Documents.plain()])
  }

  @Test func `settles what was cut off, although its task is cancelled`() async throws {
    let sender = StubSender.hanging()
    let bench = try DeliveryBench(sender)
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await eventually("it is on the wire") { sender.inFlight == 1 }
    delivery.cancel()
    await delivery.value
    #expect(bench.settled == ["morta": 1])
    #expect(bench.memory.deadLetters.map(\.reason) == ["incerto"])
    #expect(bench.hosts[nil].breaker.phase == .closed)
  }

  @Test func `learns nothing of the host from a probe that was cut off`() async throws {
    let sender = StubSender.hanging()
    let bench = try DeliveryBench(sender)
    for _ in 0..<2 { _ = bench.hosts[nil].breaker.record(.hostFailed, of: .ordinary) }
    bench.clock.advance(by: .seconds(10))
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await eventually("the probe is on the wire") { sender.inFlight == 1 }
    delivery.cancel()
    await delivery.value
    #expect(bench.hosts[nil].breaker.phase == .halfOpen)
    #expect(bench.hosts[nil].breaker.allowance == 1)
  }

  @Test func `goes on settling what was cut off to the end of the grace period`() async throws {
    let sender = StubSender.hanging()
    let bench = try DeliveryBench(sender) { operation, call in
      operation == .settle && call <= 2 ? .before(.unavailable("away")) : nil
    }
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await eventually("it is on the wire") { sender.inFlight == 1 }
    bench.grace.begin(at: bench.clock.now.offset)
    delivery.cancel()
    for _ in 0..<2 {
      try await bench.clock.awaitSleepers(1)
      bench.clock.advance(by: .milliseconds(100))
    }
    await delivery.value
    #expect(bench.memory.deadLetters.map(\.reason) == ["incerto"])
  }

  @Test func `leaves the message to be recovered when the grace period ends before the queue is back`() async throws {
    let sender = StubSender.hanging()
    let bench = try DeliveryBench(sender) { operation, _ in
      operation == .settle ? .before(.unavailable("away")) : nil
    }
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await eventually("it is on the wire") { sender.inFlight == 1 }
    bench.grace.begin(at: bench.clock.now.offset)
    delivery.cancel()
    let driver = Task {
      while !Task.isCancelled {
        bench.clock.advance(by: .milliseconds(100))
        await Task.yield()
      }
    }
    await delivery.value
    driver.cancel()
    #expect(bench.clock.now.offset >= .seconds(25))
    #expect(bench.settled.isEmpty)
    #expect(try await bench.memory.snapshot().inFlight == 1)
  }

  @Test func `gives up at once when it is cut off without a grace period`() async throws {
    let sender = StubSender.hanging()
    let bench = try DeliveryBench(sender) { operation, _ in
      operation == .settle ? .before(.unavailable("away")) : nil
    }
    let assignment = try await bench.assign(Documents.plain())
    let delivery = Task { await bench.delivery.deliver(assignment) }
    try await eventually("it is on the wire") { sender.inFlight == 1 }
    delivery.cancel()
    await delivery.value
    #expect(bench.queue.count(of: .settle) == 1)
  }
}
