internal import Synchronization
internal import Time

/// How many messages a process takes a second, as far as the last seconds tell.
final class Throughput: Sendable {
  private struct State {
    var start: Duration
    var count = 0
    var perSecond = 0.0
  }

  private static let window = Duration.milliseconds(500)
  private let state: Mutex<State>
  private let clock: MonotonicClock

  init(clock: MonotonicClock) {
    state = Mutex(State(start: clock.now))
    self.clock = clock
  }

  /// The rate of the last window that is over, or of the one under way where that is higher.
  var perSecond: Int { state.withLock { Int(max($0.perSecond, Double($0.count) / Self.window.inSeconds)) } }

  /// Notes messages that were taken.
  func note(_ count: Int) {
    let now = clock.now
    state.withLock { state in
      let passed = now - state.start
      if passed >= Self.window {
        state.perSecond = Double(state.count) / passed.inSeconds
        (state.start, state.count) = (now, 0)
      }
      state.count += count
    }
  }
}
