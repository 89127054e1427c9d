internal import Synchronization

/// A request to send, as it came.
package struct SendAttempt: Sendable, Equatable {
  /// The instance that it named.
  package let instance: String
  /// When it came, in microseconds since 1970.
  package let arrivedAt: Int
  /// When it had its answer, or its client was gone; nil while it is under way.
  package internal(set) var endedAt: Int?
  /// The answer's status; 0 where the connection was closed without one, nil while it is under way.
  package internal(set) var status: Int?
}

/// When requests to send came, the latest of them, and how many there were at once.
final class SendLog: Sendable {
  private struct State {
    var attempts: [SendAttempt] = []
    var dropped = 0
    var underWay: [String: Int] = [:]
    var most: [String: Int] = [:]
  }

  private let bound: Int
  private let state = Mutex(State())

  init(bound: Int) { self.bound = max(bound, 0) }

  /// Notes that one came.
  ///
  /// - Returns: its number, for ``end(_:status:)``.
  func begin(on instance: String) -> Int {
    state.withLock { state in
      // By the clock within the lock, so that they are in order.
      state.attempts.append(SendAttempt(instance: instance, arrivedAt: UnixTime.microseconds))
      let count = state.underWay[instance, default: 0] + 1
      state.underWay[instance] = count
      state.most[instance] = max(state.most[instance] ?? 0, count)
      let number = state.dropped + state.attempts.count - 1
      if state.attempts.count > bound + bound / 4 + 64 {
        state.dropped += state.attempts.count - bound
        state.attempts.removeFirst(state.attempts.count - bound)
      }
      return number
    }
  }

  /// Notes that one is over.
  func end(_ number: Int, on instance: String, status: Int) {
    state.withLock { state in
      let count = state.underWay[instance, default: 1] - 1
      state.underWay[instance] = count > 0 ? count : nil
      guard number >= state.dropped else { return }
      state.attempts[number - state.dropped].endedAt = UnixTime.microseconds
      state.attempts[number - state.dropped].status = status
    }
  }

  /// The latest ones, in the order in which they came.
  var attempts: [SendAttempt] { state.withLock { Array($0.attempts.suffix(bound)) } }

  /// The most that were ever under way at once, by instance.
  var mostAtOnce: [String: Int] { state.withLock(\.most) }
}
