import TestSupport
import Testing

@testable import Delivery

@Suite(.timeLimit(.minutes(1))) struct SlotsTests {
  @Test func `counts what is taken and given back`() {
    let slots = Slots(3)
    slots.take(2)
    #expect(slots.busy == 2)
    #expect(slots.free == 1)
    slots.give()
    #expect(slots.free == 2)
  }

  @Test func `makes up for a slot that was given too early`() {
    let slots = Slots(1)
    slots.take(1)
    slots.give()
    slots.take(1)
    slots.takeBack()
    #expect(slots.free == -1)
    slots.give()
    slots.give()
    #expect(slots.free == 1)
  }

  @Test func `tells when the queue has heard of the last message`() async {
    let slots = Slots(2)
    slots.take(2)
    for _ in 0..<2 { slots.give() }
    await slots.awaitNews()
    #expect(slots.unsettled == 2)
    let rests = Task { await slots.awaitNews() }
    slots.noteSettled()
    #expect(slots.unsettled == 1)
    slots.noteSettled()
    await rests.value
    #expect(slots.unsettled == 0)
  }

  @Test func `does not rest when there was news before`() async {
    let slots = Slots(1)
    slots.tellNews()
    await slots.awaitNews()
  }

  @Test func `wakes on a slot given back, on news and on cancellation`() async {
    let slots = Slots(1)
    slots.take(1)
    let rests = Task { await slots.awaitNews() }
    slots.give()
    await rests.value
    let cancelled = Task { await slots.awaitNews() }
    cancelled.cancel()
    await cancelled.value
  }

  @Test func `rests no longer than it is told`() async throws {
    let clock = ManualClock()
    let slots = Slots(1)
    let rests = Task { await slots.awaitNews(atMost: .seconds(1), on: Timeline(clock)) }
    try await clock.awaitSleepers(1)
    clock.advance(by: .seconds(1))
    await rests.value
    slots.tellNews()
    await slots.awaitNews(atMost: .seconds(1), on: Timeline(clock))
    #expect(clock.sleepers == 0)
  }

  @Test func `loses no news among many who give`() async {
    let slots = Slots(8)
    let rounds = 2_000
    await withTaskGroup(of: Void.self) { group in
      var taken = 0
      while taken < rounds {
        if slots.free == 0 {
          await slots.awaitNews()
          continue
        }
        slots.take(1)
        taken += 1
        group.addTask { slots.give() }
      }
    }
    #expect(slots.busy == 0)
  }
}
