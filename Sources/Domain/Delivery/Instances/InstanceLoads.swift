internal import Messaging
internal import Synchronization
internal import Time

/// A ``Bulkhead`` that many deliveries share.
final class InstanceLoads: Sendable {
  private struct State {
    var bulkhead: Bulkhead
    var late: (instances: [InstanceName], lent: Int) = ([], 0)
    var looked: Duration?
  }

  /// How old what is known of late instances may be.
  private static let age = Duration.milliseconds(50)

  /// How long it takes at most until what one worker has found out is known to all.
  private static let holdTime = Duration.milliseconds(250)

  private let state: Mutex<State>
  private let clock: MonotonicClock

  init(slots: Int, clock: MonotonicClock) {
    state = Mutex(State(bulkhead: Bulkhead(slots: slots)))
    self.clock = clock
  }

  /// Instances that may begin no send now, and how many slots they hold beyond what they may, as of a moment ago.
  var late: (instances: [InstanceName], lent: Int) {
    let now = clock.now
    return state.withLock { state in
      if state.looked.map({ now - $0 >= Self.age }) ?? true {
        (state.late, state.looked) = (state.bulkhead.late(at: now), now)
      }
      return state.late
    }
  }

  /// Lets a send of an instance in.
  ///
  /// - Returns: whether it may begin; then ``begin(_:)`` or ``abandon(_:)`` must follow.
  func enter(_ instance: InstanceName) -> Bool {
    let now = clock.now
    return state.withLock { state in
      guard state.bulkhead.admits(instance, at: now) else { return false }
      state.bulkhead.admit(instance)
      return true
    }
  }

  /// Lets nothing of an instance in for a moment: by then it is stopped for all.
  func hold(_ instance: InstanceName) {
    let end = clock.now + Self.holdTime
    state.withLock { state in
      state.bulkhead.hold(instance, until: end)
      state.looked = nil
    }
  }

  /// A send that was let in begins now; gives when.
  func begin(_ instance: InstanceName) -> Duration {
    let now = clock.now
    state.withLock { $0.bulkhead.begin(instance, at: now) }
    return now
  }

  /// A send that was let in does not begin.
  func abandon(_ instance: InstanceName) { state.withLock { $0.bulkhead.abandon(instance) } }

  /// A send ended.
  func end(_ instance: InstanceName, begunAt start: Duration, isAnswered: Bool) {
    let now = clock.now
    state.withLock { $0.bulkhead.end(instance, begunAt: start, at: now, isAnswered: isAnswered) }
  }
}
