internal import Synchronization

/// Lets so many tasks go on at once; the others wait in line.
public final class AsyncSemaphore: Sendable {
  private struct State {
    var free: Int
    var waiters = WaiterList<Void>()
  }

  private let state: Mutex<State>

  /// A semaphore with that many permits, at least one.
  public init(_ permits: Int) { state = Mutex(State(free: max(permits, 1))) }

  /// Carries something out when its turn has come. Cancelling the task does not end the wait.
  public func withPermit<Result: Sendable>(_ body: () async -> Result) async -> Result {
    await acquire()
    defer { release() }
    return await body()
  }

  private func acquire() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.free > 0 else {
          let ticket = state.waiters.takeTicket()
          state.waiters.add(continuation, at: ticket)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  private func release() {
    let next = state.withLock { state in
      let next = state.waiters.popFirst()
      if next == nil { state.free += 1 }
      return next
    }
    next?.resume()
  }
}
