internal import Synchronization

/// What a sandbox has taken: the latest messages, the count of all, and those who wait for it to grow.
final class Inbox: Sendable {
  private struct Waiter {
    let count: Int
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var messages: [ReceivedMessage] = []
    var count = 0
    var waiters: [Int: Waiter] = [:]
    var lastWaiter = 0
  }

  private let bound: Int
  private let state = Mutex(State())

  init(bound: Int) { self.bound = max(bound, 0) }

  func add(_ message: ReceivedMessage) {
    let reached = state.withLock { state in
      state.messages.append(message)
      // Cut in strides: shifting the array for every message would cost more than the messages.
      if state.messages.count > bound + bound / 4 + 64 {
        state.messages.removeFirst(state.messages.count - bound)
      }
      state.count += 1
      let reached = state.waiters.filter { $0.value.count <= state.count }
      for waiter in reached.keys { state.waiters[waiter] = nil }
      return reached.values.map(\.continuation)
    }
    for continuation in reached { continuation.resume(returning: true) }
  }

  var messages: [ReceivedMessage] { state.withLock { Array($0.messages.suffix(bound)) } }

  /// The messages of an instance.
  func messages(of instance: Instance) -> [ReceivedMessage] { messages.filter { $0.instanceID == instance.id } }

  /// How many messages there are of each instance, by its id.
  var countsByInstance: [String: Int] { messages.reduce(into: [:]) { $0[$1.instanceID, default: 0] += 1 } }

  var count: Int { state.withLock { $0.count } }

  func wait(until count: Int, timeout: Duration) async -> Bool {
    await withCheckedContinuation { continuation in
      let waiter: Int? = state.withLock { state in
        guard state.count < count else { return nil }
        state.lastWaiter += 1
        state.waiters[state.lastWaiter] = Waiter(count: count, continuation: continuation)
        return state.lastWaiter
      }
      guard let waiter else { return continuation.resume(returning: true) }
      Task {
        try? await Task.sleep(for: timeout)
        let late = state.withLock { $0.waiters.removeValue(forKey: waiter) }
        late?.continuation.resume(returning: false)
      }
    }
  }
}
