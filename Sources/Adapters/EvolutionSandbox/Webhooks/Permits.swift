internal import DequeModule
internal import Synchronization

/// Lets so many go on at once; the others wait in line.
final class Permits: Sendable {
  private struct State {
    var free: Int
    var line: Deque<CheckedContinuation<Void, Never>> = []
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(free: max(count, 1))) }

  /// Carries out something when its turn has come.
  func perform<Result: Sendable>(_ body: () async -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.free > 0 else {
          state.line.append(continuation)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
    defer { give() }
    return await body()
  }

  private func give() {
    let next = state.withLock { state in
      let next = state.line.popFirst()
      if next == nil { state.free += 1 }
      return next
    }
    next?.resume()
  }
}
