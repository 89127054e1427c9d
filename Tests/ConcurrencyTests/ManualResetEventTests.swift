import Concurrency
import TestSupport
import Testing
import Time

@Suite(.hangLimit) struct ManualResetEventTests {
  @Test func `lets everybody through once it is open`() async {
    let event = ManualResetEvent()
    #expect(!event.isSet)
    let waiting = (0..<200).map { _ in Task { await event.wait() } }
    event.set()
    event.set()
    for task in waiting { await task.value }
    await event.wait()
    #expect(event.isSet)
  }

  @Test func `lets one who is cancelled go, and it alone`() async {
    let event = ManualResetEvent()
    let cancelled = Task { await event.wait() }
    let other = Task {
      await event.wait()
      return event.isSet
    }
    cancelled.cancel()
    await cancelled.value
    #expect(!event.isSet)
    event.set()
    #expect(await other.value)
  }

  @Test func `waits no longer than it is told`() async throws {
    let clock = ManualClock()
    let event = ManualResetEvent()
    let waiting = Task { await event.wait(atMost: .seconds(5), on: MonotonicClock(clock)) }
    try await clock.awaitSleepers(1)
    clock.advance(by: .seconds(5))
    await waiting.value
    #expect(!event.isSet)
  }

  @Test func `ends a timed wait when it opens`() async throws {
    let clock = ManualClock()
    let event = ManualResetEvent()
    let waiting = Task { await event.wait(atMost: .seconds(5), on: MonotonicClock(clock)) }
    try await clock.awaitSleepers(1)
    event.set()
    await waiting.value
    #expect(clock.sleepers == 0)
  }

  @Test func `loses nobody when opening, waiting and cancelling meet`() async {
    for _ in 0..<300 {
      let event = ManualResetEvent()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { await event.wait() } }
        let cancelled = Task { await event.wait() }
        group.addTask { cancelled.cancel() }
        group.addTask { event.set() }
        await cancelled.value
      }
    }
  }
}
