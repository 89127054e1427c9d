internal import Synchronization

/// What a worker is given to deliver.
struct Assignment: Sendable {
  let lease: Lease
  /// Where the lease stands among those that are held.
  let place: LeaseTable.Place
  /// What the breaker let the message be fetched as.
  let pass: BreakerState.Pass
  /// Whether the queue takes it for begun already.
  var beginsAtOnce = false
  /// The message with its destination, where that was found when it was taken.
  var passage: MessageDelivery.Passage?
  /// What the gate has said of it; nil when it was not asked.
  var decision: GateDecision?
}

/// The tasks of a pool that have nothing to do. A task that has delivered a message waits here for the next one: making a task
/// for each message costs more than reading the message.
final class IdleWorkers: Sendable {
  private enum State {
    /// The one that came last is the first to be woken: its memory is the warmest.
    case open(idle: [CheckedContinuation<Assignment?, Never>])
    case closed
  }

  private let state = Mutex(State.open(idle: []))

  /// Gives a message to an idle task.
  ///
  /// - Returns: false when there is none.
  func hand(_ assignment: Assignment) -> Bool {
    let worker = state.withLock { state -> CheckedContinuation<Assignment?, Never>? in
      guard case .open(var idle) = state else { return nil }
      // Taken out while the array is changed, so that it is not copied.
      state = .closed
      let worker = idle.popLast()
      state = .open(idle: idle)
      return worker
    }
    worker?.resume(returning: assignment)
    return worker != nil
  }

  /// Waits for a message; nil when there will be no more.
  func next() async -> Assignment? {
    await withCheckedContinuation { continuation in
      let isClosed = state.withLock { state in
        guard case .open(var idle) = state else { return true }
        state = .closed
        idle.append(continuation)
        state = .open(idle: idle)
        return false
      }
      if isClosed { continuation.resume(returning: nil) }
    }
  }

  /// Ends all waits; no message will come.
  func close() {
    let idle = state.withLock { state in
      guard case .open(let idle) = state else { return [CheckedContinuation<Assignment?, Never>]() }
      state = .closed
      return idle
    }
    for worker in idle { worker.resume(returning: nil) }
  }
}
