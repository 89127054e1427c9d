internal import Concurrency
internal import Synchronization
internal import Time

/// The slots of a pool: how many are free, and news for its one fetch loop when that, or something else that it waits
/// for, changes.
final class Slots: Sendable {
  private struct State {
    var busy = 0
    var unsettled = 0
    /// How many slots must be free before one that is given is news.
    var newsWhenFree = 0
  }

  let count: Int
  /// What the fetch loop rests for.
  let news = AutoResetEvent()
  private let state = Mutex(State())

  init(_ count: Int) { self.count = count }

  var busy: Int { state.withLock(\.busy) }
  var free: Int { count - busy }
  /// Messages that were taken and of which the queue has not heard yet.
  var unsettled: Int { state.withLock(\.unsettled) }

  /// Takes slots for messages.
  func take(_ number: Int) {
    state.withLock { state in
      state.busy += number
      state.unsettled += number
    }
  }

  /// Takes a slot again that was given too early: more may be busy than there are, until that is made up for.
  func takeBack() { state.withLock { $0.busy += 1 } }

  /// Gives a slot to the next message.
  func give() {
    let isNews = state.withLock { state in
      state.busy -= 1
      return count - state.busy >= state.newsWhenFree
    }
    if isNews { news.signal() }
  }

  /// Notes that the queue has heard of a message. The last one is news to whoever waits for the end.
  func noteSettled(isNews: Bool = false) {
    let isLast = state.withLock { state in
      state.unsettled -= 1
      return state.unsettled == 0
    }
    if isLast || isNews { news.signal() }
  }

  /// Rests until so many slots are free, the time is up or there is other news.
  func awaitFree(_ number: Int, atMost duration: Duration, on clock: MonotonicClock) async {
    let areFree = state.withLock { state in
      state.newsWhenFree = number
      return count - state.busy >= number
    }
    if !areFree { await news.wait(atMost: duration, on: clock) }
    state.withLock { $0.newsWhenFree = 0 }
  }
}
