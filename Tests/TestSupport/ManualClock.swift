import Synchronization

/// A clock that stands still until a test moves it on.
package final class ManualClock: Clock, Sendable {
  /// A moment, told as the distance from when the clock was made.
  package struct Instant: InstantProtocol {
    /// The distance.
    package let offset: Duration

    package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    package func duration(to other: Instant) -> Duration { other.offset - offset }
    package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper {
    let deadline: Instant
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Instant(offset: .zero)
    var nextTicket = 0
    var sleepers: [Int: Sleeper] = [:]
  }

  private let state = Mutex(State())

  /// A clock at zero.
  package init() {}

  /// The time that the clock shows.
  package var now: Instant { state.withLock(\.now) }

  /// The smallest step: none, since it only moves when told to.
  package var minimumResolution: Duration { .zero }

  /// How many tasks sleep on the clock now.
  package var sleepers: Int { state.withLock(\.sleepers.count) }

  /// How long until the first sleeper wakes; nil when nobody sleeps.
  package var timeToNextWake: Duration? {
    state.withLock { state in state.sleepers.values.map(\.deadline).min().map { state.now.duration(to: $0) } }
  }

  /// Sleeps until the clock is moved to a moment.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let answer: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if deadline <= state.now { return .success(()) }
          state.sleepers[ticket] = Sleeper(deadline: deadline, continuation: continuation)
          return nil
        }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: ticket) }?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves the clock on and wakes those whose time has come, in the order of their times.
  package func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for ticket in due.keys { state.sleepers[ticket] = nil }
      return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
    }
    for (_, sleeper) in due { sleeper.continuation.resume() }
  }

  /// Waits until that many tasks sleep on the clock, so that moving it on wakes them.
  ///
  /// - Throws: ``NeverCame`` when they did not come to sleep.
  package func awaitSleepers(_ count: Int) async throws {
    try await eventually("\(count) sleepers on the clock") { sleepers >= count }
  }
}
