internal import Synchronization

/// Wakes the one task that rests here when something has changed. What is told while nobody rests keeps it from resting
/// the next time.
public final class News: Sendable {
  private struct State {
    var hasCome = false
    var resting: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// No news yet.
  public init() {}

  /// Wakes who rests, or keeps them from resting the next time.
  public func tell() {
    let resting = state.withLock { state in
      state.hasCome = true
      return state.resting.take()
    }
    resting?.resume()
  }

  /// Rests until there is news, or the task is cancelled; one task at a time.
  public func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.hasCome || Task.isCancelled {
            state.hasCome = false
            return true
          }
          state.resting = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
      state.withLock { $0.hasCome = false }
    } onCancel: {
      state.withLock { $0.resting.take() }?.resume()
    }
  }

  /// Rests until there is news, the time is up or the task is cancelled.
  public func wait(atMost duration: Duration, on timeline: Timeline) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask { try? await timeline.sleep(for: duration) }
      await group.next()
      group.cancelAll()
    }
  }
}
