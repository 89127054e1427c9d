internal import Concurrency
internal import Synchronization
internal import Time

/// The slots of a pool, one for each message in flight, and the event that its fetch loop waits for.
final class Slots: Sendable {
  private struct State {
    var busy = 0
    var unsettled = 0
    /// How many slots must be free before the fetch loop is woken.
    var signalWhenFree = 0
  }

  let count: Int
  /// Signalled when slots become free, or something else changes that the fetch loop waits for.
  let changed = AutoResetEvent()
  private let state = Mutex(State())

  init(_ count: Int) { self.count = count }

  var busy: Int { state.withLock(\.busy) }
  var free: Int { count - busy }
  /// Messages that were taken and are not settled yet.
  var unsettled: Int { state.withLock(\.unsettled) }

  /// Takes slots for messages.
  func occupy(_ number: Int) {
    state.withLock { state in
      state.busy += number
      state.unsettled += number
    }
  }

  /// Takes a slot back that was given too early: until it is given again, more slots may be busy than there are.
  func reoccupy() { state.withLock { $0.busy += 1 } }

  /// Gives a slot to the next message.
  func release() {
    let isEnough = state.withLock { state in
      state.busy -= 1
      return count - state.busy >= state.signalWhenFree
    }
    if isEnough { changed.signal() }
  }

  /// Notes that a message is settled. The last one wakes the fetch loop, which may wait for the end.
  func noteSettled(wakesFetcher: Bool = false) {
    let isLast = state.withLock { state in
      state.unsettled -= 1
      return state.unsettled == 0
    }
    if isLast || wakesFetcher { changed.signal() }
  }

  /// Waits until so many slots are free, the time is up or the event is signalled for another reason.
  func awaitFree(_ number: Int, atMost duration: Duration, on clock: MonotonicClock) async {
    let areFree = state.withLock { state in
      state.signalWhenFree = number
      return count - state.busy >= number
    }
    if !areFree { await changed.wait(atMost: duration, on: clock) }
    state.withLock { $0.signalWhenFree = 0 }
  }
}
