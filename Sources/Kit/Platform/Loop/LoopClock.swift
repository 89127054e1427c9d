internal import HeapModule
internal import Synchronization

/// A clock whose waits an ``EventLoop`` keeps: for tasks on the loop's thread they end without waking it from another.
public struct LoopClock: Clock {
  private let sleepers: LoopInbox<Sleeper>

  /// The system's time that goes on while the machine is suspended.
  public var now: MonotonicTime { .now }

  /// How much later than asked the kernel may end a wait, to end it together with others.
  public var minimumResolution: Duration { .microseconds(50) }

  init(_ sleepers: LoopInbox<Sleeper>) { self.sleepers = sleepers }

  /// Waits for a time; the tolerance is the resolution, whatever is asked for.
  ///
  /// - Throws: `CancellationError` when the task is cancelled, or the loop has ended.
  public func sleep(until deadline: MonotonicTime, tolerance: Duration? = nil) async throws {
    let sleeper = Sleeper(until: deadline)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard sleeper.begin(continuation) else { return }
        if !sleepers.post(sleeper) { sleeper.cancel() }
      }
    } onCancel: {
      sleeper.cancel()
    }
  }
}

/// A task that waits for its time.
final class Sleeper: Sendable, Comparable {
  private enum State {
    case new
    case asleep(CheckedContinuation<Void, any Error>)
    case awake
  }

  let deadline: MonotonicTime
  private let state = Mutex(State.new)

  init(until deadline: MonotonicTime) { self.deadline = deadline }

  /// - Returns: false when it was cancelled before, and has gone on.
  func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
    let begins = state.withLock { state in
      guard case .new = state else { return false }
      state = .asleep(continuation)
      return true
    }
    if !begins { continuation.resume(throwing: CancellationError()) }
    return begins
  }

  func wake() { end()?.resume() }

  func cancel() { end()?.resume(throwing: CancellationError()) }

  private func end() -> CheckedContinuation<Void, any Error>? {
    state.withLock { state in
      defer { state = .awake }
      guard case .asleep(let continuation) = state else { return nil }
      return continuation
    }
  }

  static func < (left: Sleeper, right: Sleeper) -> Bool { left.deadline < right.deadline }
  static func == (left: Sleeper, right: Sleeper) -> Bool { left === right }
}

/// Wakes a loop's sleepers. One that was cancelled stays until its time has come.
final class LoopTimers: LoopResident {
  private let inbox: LoopInbox<Sleeper>
  private var newcomers: [Sleeper] = []
  private var sleepers: Heap<Sleeper> = []

  init(_ inbox: LoopInbox<Sleeper>) { self.inbox = inbox }

  var hasMail: Bool { !inbox.isEmpty }

  func handle(_ event: Poller.Event) {}

  func work() -> LoopSchedule {
    let isOver = inbox.drain(into: &newcomers)
    sleepers.insert(contentsOf: newcomers)
    newcomers.removeAll(keepingCapacity: true)
    guard !isOver else {
      end()
      return .over
    }
    let now = MonotonicTime.now
    while let first = sleepers.min, first.deadline <= now { sleepers.removeMin().wake() }
    return sleepers.min.map { .by($0.deadline) } ?? .whenAsked
  }

  func end() {
    inbox.close()
    _ = inbox.drain(into: &newcomers)
    for sleeper in newcomers + sleepers.unordered { sleeper.cancel() }
    sleepers = []
  }
}
