import Concurrency
import Messaging
import TestSupport
import Testing

@testable import Delivery

@Suite(.hangLimit) struct BreakerInPoolTests {
  private static let hostDown = SendFailure(.connectionFailed, detail: "refused", scope: .host)

  /// A pool of three workers whose host is down for a number of calls, with the breaker open.
  private func bench(_ sender: StubSender, rate: Double = 0, workers: Int = 3) throws -> PoolBench {
    try PoolBench(sender) {
      $0.workers = workers
      $0.rate = rate
      $0.burst = 3
      $0.breakerFailures = 3
      $0.breakerCooldown = .seconds(10)
    }
  }

  /// Moves the clock on by seconds, each time when the fetch loop rests: it looks once a second while it may not fetch.
  private func pass(seconds: Int, in bench: PoolBench) async throws {
    for second in 0..<seconds {
      try await fetchLoopRests(in: bench, "after \(second) s")
      bench.clock.advance(by: .seconds(1))
    }
  }

  private func fetchLoopRests(in bench: PoolBench, _ when: String = "once it is open") async throws {
    // A token's time may be a nanosecond before its second.
    let second = Duration.milliseconds(999)...Duration.seconds(1)
    try await eventually("the fetch loop rests \(when)") { bench.clock.timeToNextWake.map(second.contains) == true }
  }

  @Test func `takes nothing while it is open, and goes on after a probe that succeeds`() async throws {
    let sender = StubSender { _, call in
      call <= 3 ? .failure(Self.hostDown) : .success(SendReceipt(providerID: nil))
    }
    let bench = try bench(sender)
    bench.push((0..<20).map { "m\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("it is open") { bench.breaker == ["aberto": 1] }
      try await eventually("all is settled") { try await bench.memory.snapshot().inFlight == 0 }
      try await fetchLoopRests(in: bench)
      let reserved = bench.queue.count(of: .reserve)
      try await pass(seconds: 9, in: bench)
      try await fetchLoopRests(in: bench, "after 9 s")
      bench.clock.advance(by: .milliseconds(900))
      #expect(sender.calls == 3)
      #expect(bench.queue.count(of: .reserve) == reserved)
      #expect(bench.memory.payloads(in: .standard).count == 20)
      try await bench.advance(until: "all is sent") { bench.settled["enviada"] == 20 }
      #expect(bench.breaker == ["fechado": 1])
    }
    #expect(bench.settled["devolvida"] == 3)
    #expect(bench.settled["reagendada"] == nil)
  }

  @Test func `lets one real message through as the probe, and waits for its end`() async throws {
    let answer = ManualResetEvent()
    let sender = StubSender { _, call in
      guard call > 3 else { return .failure(Self.hostDown) }
      await answer.wait()
      return .success(SendReceipt(providerID: nil))
    }
    let bench = try bench(sender)
    bench.push((0..<20).map { "m\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("it is open") { bench.breaker == ["aberto": 1] }
      try await bench.advance(until: "the probe is on the wire") { sender.calls == 4 }
      let reserved = bench.queue.count(of: .reserve)
      for _ in 0..<50 {
        bench.clock.advance(by: .seconds(1))
        await Task.yield()
      }
      #expect(sender.calls == 4)
      #expect(bench.queue.count(of: .reserve) == reserved)
      #expect(bench.breaker == ["meio_aberto": 1])
      answer.set()
      try await bench.advance(until: "all is sent") { bench.settled["enviada"] == 20 }
    }
    #expect(bench.settled["devolvida"] == 3)
  }

  @Test func `fetches nothing beside the probe while that waits for a token`() async throws {
    let sender = StubSender.failing(Self.hostDown)
    let bench = try bench(sender, rate: 0.05)
    bench.push((0..<20).map { "m\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("it is open") { bench.breaker == ["aberto": 1] }
      try await fetchLoopRests(in: bench)
      let reserved = bench.queue.count(of: .reserve)
      try await pass(seconds: 10, in: bench)
      try await eventually("the probe is fetched") { bench.queue.count(of: .reserve) == reserved + 1 }
      try await pass(seconds: 9, in: bench)
      try await fetchLoopRests(in: bench, "after 19 s")
      bench.clock.advance(by: .milliseconds(500))
      #expect(bench.queue.count(of: .reserve) == reserved + 1)
      #expect(try await bench.memory.snapshot().inFlight == 1)
      try await bench.advance(until: "the probe is sent") { sender.calls == 4 }
    }
  }

  @Test func `gives back what waits for a token when it opens, and spends none on it`() async throws {
    let answer = ManualResetEvent()
    let sender = StubSender { _, _ in
      await answer.wait()
      return .failure(Self.hostDown)
    }
    let bench = try bench(sender, rate: 3, workers: 6)
    bench.push((0..<20).map { "m\($0)" })
    try await bench.whileRunning { _ in
      try await eventually("three are on the wire, three wait") {
        try await bench.memory.snapshot().inFlight == 6 && sender.inFlight == 3
      }
      answer.set()
      try await eventually("those that waited are back") { bench.settled["devolvida"] == 6 }
      #expect(bench.memory.payloads(in: .standard).count == 20)
      #expect(bench.clock.now.offset == .zero)
    }
    #expect(sender.calls == 3)
  }

  @Test func `opens again after a probe that fails, and takes an attempt of no message`() async throws {
    let sender = StubSender.failing(Self.hostDown)
    let bench = try bench(sender)
    bench.push((0..<20).map { "m\($0)" })
    try await bench.whileRunning { _ in
      for probes in 1...4 {
        try await bench.advance(until: "probe \(probes)") { sender.calls == 3 + probes }
        try await eventually("it is open again") { bench.breaker == ["aberto": 1] }
      }
    }
    #expect(bench.registry.values(of: "whatsapp_falhas_total") == ["conexao": 7])
    #expect(try await bench.memory.snapshot().scheduled == 0)
    #expect(bench.memory.payloads(in: .standard).count == 20)
  }
}
