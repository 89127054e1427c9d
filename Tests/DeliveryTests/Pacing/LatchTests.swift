import Delivery
import TestSupport
import Testing

@Suite(.hangLimit) struct LatchTests {
  @Test func `lets everybody through once it is open`() async {
    let latch = Latch()
    #expect(!latch.isOpen)
    let waiting = (0..<200).map { _ in Task { await latch.wait() } }
    latch.open()
    latch.open()
    for task in waiting { await task.value }
    await latch.wait()
    #expect(latch.isOpen)
  }

  @Test func `lets one who is cancelled go, and it alone`() async {
    let latch = Latch()
    let cancelled = Task { await latch.wait() }
    let other = Task {
      await latch.wait()
      return latch.isOpen
    }
    cancelled.cancel()
    await cancelled.value
    #expect(!latch.isOpen)
    latch.open()
    #expect(await other.value)
  }

  @Test func `waits no longer than it is told`() async throws {
    let clock = ManualClock()
    let latch = Latch()
    let waiting = Task { await latch.wait(atMost: .seconds(5), on: Timeline(clock)) }
    try await clock.awaitSleepers(1)
    clock.advance(by: .seconds(5))
    await waiting.value
    #expect(!latch.isOpen)
  }

  @Test func `ends a timed wait when it opens`() async throws {
    let clock = ManualClock()
    let latch = Latch()
    let waiting = Task { await latch.wait(atMost: .seconds(5), on: Timeline(clock)) }
    try await clock.awaitSleepers(1)
    latch.open()
    await waiting.value
    #expect(clock.sleepers == 0)
  }

  @Test func `loses nobody when opening, waiting and cancelling meet`() async {
    for _ in 0..<300 {
      let latch = Latch()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { await latch.wait() } }
        let cancelled = Task { await latch.wait() }
        group.addTask { cancelled.cancel() }
        group.addTask { latch.open() }
        await cancelled.value
      }
    }
  }
}
