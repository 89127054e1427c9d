import Delivery
import TestSupport
import Testing

@Suite(.hangLimit) struct NewsTests {
  @Test func `lets nobody rest when there was news before, and the next one again`() async throws {
    let news = News()
    news.tell()
    await news.wait()
    let clock = ManualClock()
    let rests = Task { await news.wait(atMost: .seconds(1), on: Timeline(clock)) }
    try await clock.awaitSleepers(1)
    clock.advance(by: .seconds(1))
    await rests.value
  }

  @Test func `wakes on news, and on cancellation`() async {
    let news = News()
    let rests = Task { await news.wait() }
    news.tell()
    await rests.value
    let cancelled = Task { await news.wait() }
    cancelled.cancel()
    await cancelled.value
  }

  @Test func `lets nobody rest longer than they are told`() async throws {
    let clock = ManualClock()
    let news = News()
    let rests = Task { await news.wait(atMost: .seconds(1), on: Timeline(clock)) }
    try await clock.awaitSleepers(1)
    clock.advance(by: .seconds(1))
    await rests.value
    news.tell()
    await news.wait(atMost: .seconds(1), on: Timeline(clock))
    #expect(clock.sleepers == 0)
  }
}
