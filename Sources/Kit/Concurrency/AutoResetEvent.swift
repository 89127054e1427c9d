internal import Synchronization
public import Time

/// Wakes one waiting task a signal. A signal given while nobody waits is kept for the next to come; several are one, and
/// so is one that comes before a woken task runs: whatever changed, that task has yet to look.
public final class AutoResetEvent: Sendable {
  private struct State {
    var isSet = false
    var waiters = WaiterList<Void>()
  }

  private let state = Mutex(State())

  /// An event without a signal.
  public init() {}

  /// Wakes the task that has waited for longest, or lets the next to come pass.
  public func signal() {
    let waiter = state.withLock { state in
      let waiter = state.waiters.popFirst()
      if waiter == nil { state.isSet = true }
      return waiter
    }
    waiter?.resume()
  }

  /// Waits for a signal, or until the task is cancelled.
  public func wait() async {
    let ticket = state.withLock { $0.waiters.takeTicket() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let passes = state.withLock { state in
          guard !state.isSet, !Task.isCancelled else { return true }
          state.waiters.add(continuation, at: ticket)
          return false
        }
        if passes { continuation.resume() }
      }
      state.withLock { $0.isSet = false }
    } onCancel: {
      state.withLock { $0.waiters.remove(ticket) }?.resume()
    }
  }

  /// Waits for a signal, or until the time is up or the task is cancelled.
  public func wait(atMost duration: Duration, on clock: MonotonicClock) async {
    await withTimeout(duration, on: clock) { await self.wait() }
  }
}
