internal import Synchronization

/// The slots of a pool: how many are free, and a place for its one fetch loop to rest until that, or something else
/// that it waits for, changes.
final class Slots: Sendable {
  private struct State {
    var busy = 0
    var hasNews = false
    var resting: CheckedContinuation<Void, Never>?
  }

  let count: Int
  private let state = Mutex(State())

  init(_ count: Int) { self.count = count }

  var busy: Int { state.withLock(\.busy) }
  var free: Int { count - busy }

  func take(_ number: Int) { state.withLock { $0.busy += number } }

  func give() {
    state.withLock { $0.busy -= 1 }
    tellNews()
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
}
