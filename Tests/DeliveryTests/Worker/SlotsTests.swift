import Concurrency
import TestSupport
import Testing

@testable import Delivery

@Suite(.hangLimit) struct SlotsTests {
  @Test func `counts what is taken and given back`() {
    let slots = Slots(3)
    slots.occupy(2)
    #expect(slots.busy == 2)
    #expect(slots.free == 1)
    slots.release()
    #expect(slots.free == 2)
  }

  @Test func `makes up for a slot that was given too early`() {
    let slots = Slots(1)
    slots.occupy(1)
    slots.release()
    slots.occupy(1)
    slots.reoccupy()
    #expect(slots.free == -1)
    slots.release()
    slots.release()
    #expect(slots.free == 1)
  }

  @Test func `tells when the queue has heard of the last message`() async {
    let slots = Slots(2)
    slots.occupy(2)
    for _ in 0..<2 { slots.release() }
    await slots.changed.wait()
    #expect(slots.unsettled == 2)
    let rests = Task { await slots.changed.wait() }
    slots.noteSettled()
    #expect(slots.unsettled == 1)
    slots.noteSettled()
    await rests.value
    #expect(slots.unsettled == 0)
  }

  @Test func `tells of a slot given back`() async {
    let slots = Slots(1)
    slots.occupy(1)
    let rests = Task { await slots.changed.wait() }
    slots.release()
    await rests.value
  }

  @Test func `loses no news among many who give`() async {
    let slots = Slots(8)
    let rounds = 2_000
    await withTaskGroup(of: Void.self) { group in
      var taken = 0
      while taken < rounds {
        if slots.free == 0 {
          await slots.changed.wait()
          continue
        }
        slots.occupy(1)
        taken += 1
        group.addTask { slots.release() }
      }
    }
    #expect(slots.busy == 0)
  }
}
