internal import Synchronization

/// The slots of a pool: how many are free, and a place for its one fetch loop to rest until that, or something else
/// that it waits for, changes.
final class Slots: Sendable {
  private struct State {
    var busy = 0
    var unsettled = 0
    var hasNews = false
    /// How many slots must be free before one that is given is news.
    var newsWhenFree = 0
    var resting: CheckedContinuation<Void, Never>?
  }

  let count: Int
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
    if isNews { tellNews() }
  }

  /// Notes that the queue has heard of a message; the last one is news to whoever waits for the end.
  func noteSettled() {
    let isLast = state.withLock { state in
      state.unsettled -= 1
      return state.unsettled == 0
    }
    if isLast { tellNews() }
  }

  /// Wakes the fetch loop, or keeps it from resting the next time.
  func tellNews() {
    let resting = state.withLock { state in
      state.hasNews = true
      return state.resting.take()
    }
    resting?.resume()
  }

  /// Rests until there is news, or the task is cancelled; one task at a time.
  func awaitNews() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.hasNews || Task.isCancelled {
            state.hasNews = false
            return true
          }
          state.resting = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
      state.withLock { $0.hasNews = false }
    } onCancel: {
      state.withLock { $0.resting.take() }?.resume()
    }
  }

  /// Rests until there is news, the time is up or the task is cancelled.
  func awaitNews(atMost duration: Duration, on timeline: Timeline) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.awaitNews() }
      group.addTask { try? await timeline.sleep(for: duration) }
      await group.next()
      group.cancelAll()
    }
  }

  /// Rests until so many slots are free, the time is up or there is other news.
  func awaitFree(_ number: Int, atMost duration: Duration, on timeline: Timeline) async {
    let areFree = state.withLock { state in
      state.newsWhenFree = number
      return count - state.busy >= number
    }
    if !areFree { await awaitNews(atMost: duration, on: timeline) }
    state.withLock { $0.newsWhenFree = 0 }
  }
}
