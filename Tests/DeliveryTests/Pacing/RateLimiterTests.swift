import Delivery
import TestSupport
import Testing
import Time

@Suite(.hangLimit) struct RateLimiterTests {
  private let clock = ManualClock()

  private func limiter(rate: Double, burst: Int) -> RateLimiter {
    RateLimiter(rate: rate, burst: burst, clock: MonotonicClock(clock))
  }

  @Test func `lets the burst go at once and the rest at the rate`() async throws {
    let limiter = limiter(rate: 10, burst: 2)
    #expect(await limiter.acquire() == .granted(after: .zero))
    #expect(await limiter.acquire() == .granted(after: .zero))
    #expect(limiter.tokens == 0)
    let third = Task { await limiter.acquire() }
    try await clock.awaitSleepers(1)
    clock.advance(by: .milliseconds(99))
    #expect(clock.sleepers == 1)
    clock.advance(by: .milliseconds(1))
    #expect(await third.value == .granted(after: .milliseconds(100)))
  }

  @Test func `serves those who wait in the order in which they came`() async throws {
    let limiter = limiter(rate: 1, burst: 1)
    let order = Recorder<Int>()
    _ = await limiter.acquire()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for position in 0..<20 {
        group.addTask {
          guard case .granted = await limiter.acquire() else { return }
          order.add(position)
        }
        try await eventually("\(position + 1) in line") { limiter.waiting == position + 1 }
      }
      for served in 1...20 {
        try await clock.awaitSleepers(1)
        clock.advance(by: .seconds(1))
        try await eventually("\(served) served") { order.count == served }
      }
      try await group.waitForAll()
    }
    #expect(order.values == Array(0..<20))
  }

  @Test func `refuses all who wait and all who come once it is closed`() async throws {
    let limiter = limiter(rate: 0.001, burst: 1)
    _ = await limiter.acquire()
    let waiting = (0..<50).map { _ in Task { await limiter.acquire() } }
    try await eventually("all in line") { limiter.waiting == 50 }
    limiter.close()
    for task in waiting { #expect(await task.value == .refused) }
    #expect(await limiter.acquire() == .refused)
    #expect(limiter.waiting == 0)
    limiter.close()
  }

  @Test func `refuses once it is closed without a limit, too`() async {
    let limiter = limiter(rate: 0, burst: 1)
    limiter.close()
    #expect(await limiter.acquire() == .refused)
  }

  @Test(arguments: [0, 1, 2, 4])
  func `lets one who is cancelled go at once and serves the others`(cancelled: Int) async throws {
    let limiter = limiter(rate: 1, burst: 1)
    _ = await limiter.acquire()
    var tasks: [Task<RateLimiter.Grant, Never>] = []
    for position in 0..<5 {
      tasks.append(Task { await limiter.acquire() })
      try await eventually("\(position + 1) in line") { limiter.waiting == position + 1 }
    }
    tasks[cancelled].cancel()
    #expect(await tasks[cancelled].value == .refused)
    tasks.remove(at: cancelled)
    #expect(limiter.waiting == 4)
    for (position, task) in tasks.enumerated() {
      try await clock.awaitSleepers(1)
      clock.advance(by: .seconds(1))
      #expect(await task.value == .granted(after: .seconds(position + 1)))
    }
  }

  @Test func `spends no token on one who is cancelled already`() async {
    let limiter = limiter(rate: 1, burst: 3)
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return await limiter.acquire()
    }
    task.cancel()
    #expect(await task.value == .refused)
    #expect(limiter.tokens == 3)
  }

  @Test func `gives no tokens of the past to one who was held up`() async {
    let limiter = limiter(rate: 10, burst: 2)
    clock.advance(by: .seconds(3600))
    #expect(limiter.tokens == 2)
    #expect(limiter.headroom(within: .seconds(1)) == 12)
  }

  @Test func `tells how many more may come`() async throws {
    let limiter = limiter(rate: 50, burst: 100)
    #expect(limiter.headroom(within: .seconds(1)) == 150)
    #expect(limiter.headroom(within: .zero) == 100)
    for _ in 0..<100 { _ = await limiter.acquire() }
    #expect(limiter.headroom(within: .seconds(1)) == 50)
    let waiting = (0..<50).map { _ in Task { await limiter.acquire() } }
    try await eventually("all in line") { limiter.waiting == 50 }
    #expect(limiter.headroom(within: .seconds(1)) == 0)
    limiter.close()
    for task in waiting { _ = await task.value }
  }

  @Test func `lets one come even where the next token is far away`() async throws {
    let limiter = limiter(rate: 0.01, burst: 1)
    _ = await limiter.acquire()
    #expect(limiter.headroom(within: .seconds(1)) == 1)
    let waiting = Task { await limiter.acquire() }
    try await clock.awaitSleepers(1)
    #expect(limiter.headroom(within: .seconds(1)) == 0)
    clock.advance(by: .seconds(100))
    #expect(await waiting.value == .granted(after: .seconds(100)))
  }

  @Test func `has no limit at a rate of zero`() async {
    let limiter = limiter(rate: 0, burst: 1)
    for _ in 0..<1_000 { #expect(await limiter.acquire() == .granted(after: .zero)) }
    #expect(limiter.rate == nil)
    #expect(limiter.tokens == nil)
    #expect(limiter.headroom(within: .seconds(1)) == .max)
  }

  @Test func `keeps its bound under a thousand at once`() async throws {
    let limiter = limiter(rate: 100, burst: 10)
    let granted = Recorder<Int>()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<1_000 {
        group.addTask { if case .granted = await limiter.acquire() { granted.add(1) } }
      }
      for second in 1...3 {
        for _ in 0..<100 {
          try await clock.awaitSleepers(1)
          clock.advance(by: .milliseconds(10))
        }
        let allowed = 10 + 100 * second
        try await eventually("the tokens of \(second) s") { granted.count >= allowed - 1 }
        #expect(granted.count <= allowed)
      }
      limiter.close()
      try await group.waitForAll()
    }
    #expect(granted.count <= 310)
  }
}
