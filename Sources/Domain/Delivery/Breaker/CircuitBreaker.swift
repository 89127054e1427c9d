internal import Synchronization
public import Time

/// A ``BreakerState`` that many tasks share.
public final class CircuitBreaker: Sendable {
  private let state: Mutex<BreakerState>
  private let clock: MonotonicClock

  /// A closed breaker.
  ///
  /// - Parameters:
  ///   - failureLimit: how many failures of the host in a row open it.
  ///   - cooldown: how long it stays open before a probe.
  ///   - clock: the clock.
  public init(failureLimit: Int, cooldown: Duration, clock: MonotonicClock) {
    state = Mutex(BreakerState(failureLimit: failureLimit, cooldown: cooldown))
    self.clock = clock
  }

  /// The state in force.
  public var phase: BreakerState.Phase { state.withLock { $0.phase(at: clock.now) } }

  /// How many messages may be fetched now.
  public var allowance: Int { state.withLock { $0.allowance(at: clock.now) } }

  /// How long until it would let a probe through; nil when that does not depend on time.
  public var timeToProbe: Duration? { state.withLock { $0.timeToProbe(at: clock.now) } }

  /// Asks to fetch messages, many or the one that is to be the probe; nil when none may be fetched.
  public func admit() -> BreakerState.Pass? { state.withLock { $0.admit(at: clock.now) } }

  /// Whether what was fetched may still be sent: the breaker may have opened since.
  public func stillAdmits(_ pass: BreakerState.Pass) -> Bool { state.withLock { $0.stillAdmits(pass) } }

  /// Learns how a message that was let through ended.
  ///
  /// - Returns: the new phase when that changed it.
  public func record(_ end: BreakerState.End, of pass: BreakerState.Pass) -> BreakerState.Phase? {
    state.withLock { state in
      let now = clock.now
      let before = state.phase(at: now)
      state.record(end, of: pass, at: now)
      let after = state.phase(at: now)
      return before == after ? nil : after
    }
  }
}
