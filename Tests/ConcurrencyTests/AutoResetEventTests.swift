import Concurrency
import TestSupport
import Testing
import Time

@Suite(.hangLimit) struct AutoResetEventTests {
  @Test func `lets nobody rest when there was a signal before, and the next one again`() async throws {
    let event = AutoResetEvent()
    event.signal()
    await event.wait()
    let clock = ManualClock()
    let rests = Task { await event.wait(atMost: .seconds(1), on: MonotonicClock(clock)) }
    try await clock.awaitSleepers(1)
    clock.advance(by: .seconds(1))
    await rests.value
  }

  @Test func `wakes on a signal, and on cancellation`() async {
    let event = AutoResetEvent()
    let rests = Task { await event.wait() }
    event.signal()
    await rests.value
    let cancelled = Task { await event.wait() }
    cancelled.cancel()
    await cancelled.value
  }

  @Test func `lets nobody rest longer than they are told`() async throws {
    let clock = ManualClock()
    let event = AutoResetEvent()
    let rests = Task { await event.wait(atMost: .seconds(1), on: MonotonicClock(clock)) }
    try await clock.awaitSleepers(1)
    clock.advance(by: .seconds(1))
    await rests.value
    event.signal()
    await event.wait(atMost: .seconds(1), on: MonotonicClock(clock))
    #expect(clock.sleepers == 0)
  }

  @Test func `wakes one task a signal, in the order in which they came`() async throws {
    let event = AutoResetEvent()
    let (woken, wake) = AsyncStream.makeStream(of: Int.self)
    var order = woken.makeAsyncIterator()
    let tasks = (0..<3).map { number in
      Task.immediate {
        await event.wait()
        wake.yield(number)
      }
    }
    for number in 0..<3 {
      event.signal()
      #expect(await order.next() == number)
    }
    for task in tasks { await task.value }
  }

  @Test func `lets a cancelled task go, and keeps the signal for the others`() async {
    let event = AutoResetEvent()
    let cancelled = Task.immediate { await event.wait() }
    let other = Task.immediate { await event.wait() }
    cancelled.cancel()
    await cancelled.value
    event.signal()
    await other.value
  }
}
