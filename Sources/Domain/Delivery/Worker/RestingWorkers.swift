internal import Synchronization

/// What a worker is given to deliver.
struct Assignment: Sendable {
  let lease: Lease
  /// Where the lease stands among those that are held.
  let place: HeldLeases.Place
  /// What the breaker let the message be fetched as.
  let pass: BreakerState.Pass
}

/// The tasks of a pool that have nothing to do. A task that has delivered a message rests here for the next one: making
/// a task for each message costs more than reading the message.
final class RestingWorkers: Sendable {
  private enum State {
    /// The one that came last is the first to be woken: its memory is the warmest.
    case open(resting: [CheckedContinuation<Assignment?, Never>])
    case closed
  }

  private let state = Mutex(State.open(resting: []))

  /// Gives a message to a task that rests.
  ///
  /// - Returns: false when none does.
  func hand(_ assignment: Assignment) -> Bool {
    let worker = state.withLock { state -> CheckedContinuation<Assignment?, Never>? in
      guard case .open(var resting) = state else { return nil }
      // Taken out while the array is changed, so that it is not copied.
      state = .closed
      let worker = resting.popLast()
      state = .open(resting: resting)
      return worker
    }
    worker?.resume(returning: assignment)
    return worker != nil
  }

  /// Rests until there is a message; nil when there will be none any more.
  func next() async -> Assignment? {
    await withCheckedContinuation { continuation in
      let isClosed = state.withLock { state in
        guard case .open(var resting) = state else { return true }
        state = .closed
        resting.append(continuation)
        state = .open(resting: resting)
        return false
      }
      if isClosed { continuation.resume(returning: nil) }
    }
  }

  /// Sends everybody home.
  func close() {
    let resting = state.withLock { state in
      guard case .open(let resting) = state else { return [CheckedContinuation<Assignment?, Never>]() }
      state = .closed
      return resting
    }
    for worker in resting { worker.resume(returning: nil) }
  }
}
