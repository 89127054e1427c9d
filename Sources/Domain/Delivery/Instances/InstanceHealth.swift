public import Time

/// How an instance stands, as a value: what stops it, how the wait grows, and what lets it go on.
///
/// Healthy, everything passes. A failure that is the instance's stops it, and its messages wait. When the wait is over one
/// message passes on trial, and its end decides: taken, and the instance is healthy again; failed, and the next wait is
/// longer. What was under way when it was stopped has no say. The queue keeps it for the whole fleet; an operator may pause
/// an instance, which only resuming ends.
public enum InstanceHealth: Sendable, Equatable {
  /// Nothing is known against it.
  case healthy
  /// It is stopped until a time, by the reason, for the n-th time in a row; the message on trial, once it is out.
  case stopped(reason: SendFailure.Kind, since: Timestamp, level: Int, until: Timestamp, trial: Lease.Token?)
  /// An operator has stopped it.
  case paused(since: Timestamp)

  /// What may be taken at a time.
  ///
  /// - Parameters:
  ///   - now: the queue's time.
  ///   - isHeld: whether a lease is still held, such as that of a trial whose worker may have vanished.
  /// - Returns: what may be taken.
  public func admits(at now: Timestamp, isHeld: (Lease.Token) -> Bool) -> Admission {
    switch self {
    case .healthy: .freely
    case .paused: .never
    case .stopped(_, _, _, let until, let trial):
      if until > now { .later(until) } else if let trial, isHeld(trial) { .never } else { .onTrial }
    }
  }

  /// What may be taken.
  public enum Admission: Sendable, Equatable {
    /// Anything.
    case freely
    /// One message, whose end decides.
    case onTrial
    /// Nothing before that time.
    case later(Timestamp)
    /// Nothing until something else happens.
    case never
  }

  /// A message is out on trial.
  public mutating func begin(trial: Lease.Token) {
    guard case .stopped(let reason, let since, let level, let until, _) = self else { return }
    self = .stopped(reason: reason, since: since, level: level, until: until, trial: trial)
  }

  /// A message failed by the instance's fault.
  ///
  /// - Returns: whether that stopped the instance, which was healthy.
  @discardableResult
  public mutating func fail(_ token: Lease.Token, _ stop: InstanceStop, at now: Timestamp) -> Bool {
    var (since, level) = (now, 0)
    switch self {
    case .healthy: break
    case .paused: return false
    case .stopped(_, let earlier, let reached, _, let trial):
      guard trial == token else { return false }
      (since, level) = (earlier, reached)
    }
    if stop.grows || level == 0 { level = min(level + 1, stop.waits.count) }
    let until = now.advanced(by: stop.waits[level - 1])
    let wasHealthy = self == .healthy
    self = .stopped(reason: stop.reason, since: since, level: level, until: until, trial: nil)
    return wasHealthy
  }

  /// A message was taken by the instance.
  ///
  /// - Returns: whether that ended a stop.
  @discardableResult
  public mutating func succeed() -> Bool {
    guard case .stopped = self else { return false }
    self = .healthy
    return true
  }
}
