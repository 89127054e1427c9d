public import Messaging

/// The circuit breaker on a host, as a value: what it lets through, and what it learns from how that ended.
///
/// Closed, everything passes. After a run of failures (``FailureRun``) it opens, and nothing passes for a while. Then it is half-open:
/// one message passes as a probe, and its end decides.
public struct BreakerState: Sendable, Equatable {
  /// The three states, with the names of the label `estado`.
  public enum Phase: String, CaseIterable, Sendable {
    case closed = "fechado"
    case open = "aberto"
    case halfOpen = "meio_aberto"
  }

  /// What a message that may be fetched is to the breaker; given back with how it ended.
  public enum Pass: Sendable, Equatable {
    /// One of many.
    case ordinary
    /// The one whose end decides.
    case probe
  }

  /// How a message that was let through ended.
  public enum End: Sendable, Equatable {
    /// The host answered, whatever it said.
    case hostAnswered
    /// The host failed.
    case hostFailed
    /// The host answered that it would not, as it may for one message or one instance, or for all.
    case refused(InstanceName)
    /// It never got as far as the host.
    case abandoned
  }

  private enum Condition: Equatable {
    case closed(FailureRun)
    case open(until: Duration)
    case probing
  }

  private let failureLimit: Int
  private let cooldown: Duration
  private var condition = Condition.closed(FailureRun())
  /// Whether what opened it were refusals, so that another one is no sign of health.
  private var wasOpenedByRefusals = false

  /// A closed breaker.
  ///
  /// - Parameters:
  ///   - failureLimit: how many failures of the host in a row open it.
  ///   - cooldown: how long it stays open before a probe.
  public init(failureLimit: Int, cooldown: Duration) {
    self.failureLimit = failureLimit
    self.cooldown = cooldown
  }

  /// The state in force at a time.
  public func phase(at now: Duration) -> Phase {
    switch condition {
    case .closed: .closed
    case .open(let until): now < until ? .open : .halfOpen
    case .probing: .halfOpen
    }
  }

  /// How many messages may be fetched now.
  public func allowance(at now: Duration) -> Int {
    switch condition {
    case .closed: .max
    case .open(let until): now < until ? 0 : 1
    case .probing: 0
    }
  }

  /// How long until it would let a probe through; nil when that does not depend on time.
  public func timeToProbe(at now: Duration) -> Duration? {
    guard case .open(let until) = condition else { return nil }
    return max(.zero, until - now)
  }

  /// Asks to fetch messages: many, or the one that is to be the probe.
  ///
  /// - Returns: nil when none may be fetched.
  public mutating func admit(at now: Duration) -> Pass? {
    switch condition {
    case .closed: return .ordinary
    case .probing: return nil
    case .open(let until):
      guard now >= until else { return nil }
      condition = .probing
      return .probe
    }
  }

  /// Whether what was fetched may still be sent: the breaker may have opened since.
  public func stillAdmits(_ pass: Pass) -> Bool {
    if case .closed = condition { true } else { pass == .probe }
  }

  /// Learns how a message that was let through ended. What was under way when the breaker opened has no say any more.
  public mutating func record(_ end: End, of pass: Pass, at now: Duration) {
    switch (condition, pass, end) {
    case (.closed, .ordinary, .hostAnswered): condition = .closed(FailureRun())
    case (.closed(let run), .ordinary, .hostFailed): note(run, .host, on: nil, at: now)
    case (.closed(let run), .ordinary, .refused(let instance)): note(run, .instance, on: instance, at: now)
    case (.probing, .probe, .refused) where wasOpenedByRefusals: condition = .open(until: now + cooldown)
    case (.probing, .probe, .hostAnswered), (.probing, .probe, .refused): condition = .closed(FailureRun())
    case (.probing, .probe, .hostFailed): condition = .open(until: now + cooldown)
    case (.probing, .probe, .abandoned): condition = .open(until: now)
    default: break
    }
  }

  private mutating func note(_ run: FailureRun, _ scope: FaultScope, on instance: InstanceName?, at now: Duration) {
    var run = run
    run.note(scope, on: instance)
    let isOver = run.blamesHost(failureLimit: failureLimit)
    if isOver { wasOpenedByRefusals = run.hostFailures < failureLimit }
    condition = isOver ? .open(until: now + cooldown) : .closed(run)
  }
}
