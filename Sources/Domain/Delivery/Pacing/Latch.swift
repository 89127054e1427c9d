internal import Synchronization

/// Opens once; whoever waits goes on then, and nobody waits any more.
public final class Latch: Sendable {
  private enum State {
    case closed(waiting: [Int: CheckedContinuation<Void, Never>], next: Int)
    case open
  }

  private let state = Mutex(State.closed(waiting: [:], next: 0))

  /// A closed latch.
  public init() {}

  /// Whether it has been opened.
  public var isOpen: Bool { state.withLock { if case .open = $0 { true } else { false } } }

  /// Lets everybody through, for good.
  public func open() {
    let waiting = state.withLock { state in
      guard case .closed(let waiting, _) = state else { return [Int: CheckedContinuation<Void, Never>]() }
      state = .open
      return waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Waits until it is open or the task is cancelled.
  public func wait() async {
    let ticket = state.withLock { state -> Int? in
      guard case .closed(let waiting, let next) = state else { return nil }
      state = .closed(waiting: waiting, next: next + 1)
      return next
    }
    guard let ticket else { return }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          guard case .closed(var waiting, let next) = state, !Task.isCancelled else { return true }
          waiting[ticket] = continuation
          state = .closed(waiting: waiting, next: next)
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      remove(ticket)?.resume()
    }
  }

  /// Waits until it is open, the time is up or the task is cancelled.
  public func wait(atMost duration: Duration, on timeline: Timeline) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask { try? await timeline.sleep(for: duration) }
      await group.next()
      group.cancelAll()
    }
  }

  private func remove(_ ticket: Int) -> CheckedContinuation<Void, Never>? {
    state.withLock { state in
      guard case .closed(var waiting, let next) = state else { return nil }
      let continuation = waiting.removeValue(forKey: ticket)
      state = .closed(waiting: waiting, next: next)
      return continuation
    }
  }
}
