/// Who serves sockets on an ``EventLoop``'s thread. All calls come on that thread.
public protocol LoopResident: AnyObject {
  /// Whether something was asked of it at which it has not looked yet.
  var hasMail: Bool { get }

  /// One of its sockets is ready.
  func handle(_ event: Poller.Event)

  /// Does what there is to do: called when there is mail, after events of its sockets, and when its time has come.
  ///
  /// - Returns: when to be called at the latest.
  func work() -> LoopSchedule

  /// The loop ends: whatever is under way ends too.
  func end()
}

/// When a ``LoopResident`` wants to be called if nothing happens before.
public enum LoopSchedule: Sendable {
  /// Not before something happens.
  case whenAsked
  /// At this time.
  case by(MonotonicTime)
  /// Never again: it has ended.
  case over

  /// The earlier of two.
  public func earlier(_ other: LoopSchedule) -> LoopSchedule {
    guard case .by(let time) = self else { return other }
    guard case .by(let otherTime) = other else { return self }
    return .by(min(time, otherTime))
  }

  /// The earlier of this and a time.
  public func earlier(by time: MonotonicTime) -> LoopSchedule { earlier(.by(time)) }
}

/// The time of a round of work, read once, and only if somebody asks.
public struct RoundClock {
  /// When the round was first asked for its time.
  public private(set) lazy var now = MonotonicTime.now

  /// A round that begins.
  public init() {}
}
