internal import Synchronization
public import Time

/// Lets all waiting tasks go on once it is set, and holds nobody from then on.
public final class ManualResetEvent: Sendable {
  private struct State {
    var isSet = false
    var waiters = WaiterList<Void>()
  }

  private let state = Mutex(State())

  /// An event that is not set.
  public init() {}

  /// Whether it has been set.
  public var isSet: Bool { state.withLock(\.isSet) }

  /// Lets everybody go on, for good.
  public func set() {
    let waiters = state.withLock { state in
      state.isSet = true
      return state.waiters.removeAll()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until it is set or the task is cancelled.
  public func wait() async {
    let ticket = state.withLock { $0.isSet ? nil : $0.waiters.takeTicket() }
    guard let ticket else { return }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let passes = state.withLock { state in
          guard !state.isSet, !Task.isCancelled else { return true }
          state.waiters.add(continuation, at: ticket)
          return false
        }
        if passes { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.remove(ticket) }?.resume()
    }
  }

  /// Waits until it is set, the time is up or the task is cancelled.
  public func wait(atMost duration: Duration, on clock: MonotonicClock) async {
    await withTimeout(duration, on: clock) { await self.wait() }
  }
}
