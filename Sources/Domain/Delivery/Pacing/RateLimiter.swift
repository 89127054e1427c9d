internal import Concurrency
internal import Synchronization
public import Time

/// Gives out the tokens of a bucket in the order in which they are asked for.
///
/// Only the first in line watches the clock; the others stay suspended until their turn. A token is taken at the very
/// moment when its message may go, so that a process that was held up can't send the tokens of the past on top.
public final class RateLimiter: Sendable {
  /// How a wait for a token ended.
  public enum Grant: Sendable, Equatable {
    /// With a token, after this long.
    case granted(after: Duration)
    /// Without one: those who waited were sent away, the limiter was closed, or the task cancelled.
    case refused
  }

  private struct State {
    var bucket: TokenBucket?
    var hasFirstInLine = false
    var line = WaiterList<Bool>()
    /// How often those who waited were sent away.
    var dismissals = 0
    var isClosed = false

    var waiting: Int { line.count + (hasFirstInLine ? 1 : 0) }
  }

  private let state: Mutex<State>
  private let clock: MonotonicClock
  /// What the first in line hears beside the clock.
  private let dismissal = AutoResetEvent()

  /// A limiter with a full bucket.
  ///
  /// - Parameters:
  ///   - rate: messages a second; 0 for no limit.
  ///   - burst: the bucket's size.
  ///   - clock: the clock.
  public init(rate: Double, burst: Int, clock: MonotonicClock) {
    let bucket = rate > 0 ? TokenBucket(rate: rate, burst: Double(max(1, burst)), now: clock.now) : nil
    state = Mutex(State(bucket: bucket))
    self.clock = clock
  }

  /// Tokens left; nil when there is no limit.
  public var tokens: Double? { state.withLock { $0.bucket?.available(at: clock.now) } }

  /// Messages a second; nil when there is no limit.
  public var rate: Double? { state.withLock { $0.bucket?.rate } }

  /// How many messages more could be given a token within a time, beside those that wait already.
  public func headroom(within horizon: Duration) -> Int {
    state.withLock { state in
      guard let bucket = state.bucket else { return .max }
      let coming = bucket.available(at: clock.now) + bucket.rate * horizon.inSeconds
      return max(0, max(1, Int(coming)) - state.waiting)
    }
  }

  /// How many wait for a token now.
  public var waiting: Int { state.withLock(\.waiting) }

  /// Waits for a token.
  public func acquire() async -> Grant {
    let start = clock.now
    if let answer = takeAtOnce(at: start) { return answer }
    let dismissals = state.withLock(\.dismissals)
    guard await becomeFirst() else { return .refused }
    defer { giveWay() }
    while true {
      switch takeAsFirst(unlessDismissedSince: dismissals) {
      case .success: return .granted(after: clock.now - start)
      case .refused: return .refused
      case .wait(let duration): await dismissal.wait(atMost: duration, on: clock)
      }
    }
  }

  /// Refuses all waiting tasks.
  public func dismiss() {
    let line = state.withLock { state in
      state.dismissals += 1
      return state.line.removeAll()
    }
    for waiter in line { waiter.resume(returning: false) }
    dismissal.signal()
  }

  /// Refuses all waiting tasks, and all later ones.
  public func close() {
    state.withLock { $0.isClosed = true }
    dismiss()
  }

  private enum Attempt {
    case success, refused
    case wait(Duration)
  }

  private func takeAtOnce(at now: Duration) -> Grant? {
    state.withLock { state in
      guard !state.isClosed, !Task.isCancelled else { return .refused }
      guard state.bucket != nil else { return .granted(after: .zero) }
      guard !state.hasFirstInLine, state.bucket?.take(at: now) == nil else { return nil }
      return .granted(after: .zero)
    }
  }

  private func takeAsFirst(unlessDismissedSince dismissals: Int) -> Attempt {
    state.withLock { state in
      guard !state.isClosed, state.dismissals == dismissals, !Task.isCancelled else { return .refused }
      return (state.bucket?.take(at: clock.now)).map(Attempt.wait) ?? .success
    }
  }

  /// Waits to be the first in line.
  ///
  /// - Returns: false when the task was cancelled before that.
  private func becomeFirst() async -> Bool {
    let ticket = state.withLock { $0.line.takeTicket() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          guard !Task.isCancelled else { return false }
          guard state.hasFirstInLine else {
            state.hasFirstInLine = true
            return true
          }
          state.line.add(continuation, at: ticket)
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      state.withLock { $0.line.remove(ticket) }?.resume(returning: false)
    }
  }

  /// Lets the next in line be the first.
  private func giveWay() {
    let next = state.withLock { state in
      let next = state.line.popFirst()
      state.hasFirstInLine = next != nil
      return next
    }
    next?.resume(returning: true)
  }
}
