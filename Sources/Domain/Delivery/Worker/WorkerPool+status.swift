extension WorkerPool {
  /// What a pool is at work on, at one moment.
  public struct Status: Sendable {
    /// How many messages may be in flight at once.
    public let slots: Int
    /// How many are.
    public let busy: Int
    /// The rate limiter's tokens; nil without a limit.
    public let tokens: Double?
    /// Messages a second that the limiter lets through; nil without a limit.
    public let rate: Double?
    /// The circuit breaker's state.
    public let breaker: BreakerState.Phase
  }

  /// What the pool is at work on now.
  public var status: Status {
    Status(
      slots: slots.count, busy: min(slots.busy, slots.count), tokens: limiter.tokens, rate: limiter.rate,
      breaker: hosts.phase)
  }
}

extension WorkerPool.Status {
  /// A pool with this configuration that has done nothing yet.
  public init(atRest configuration: WorkerConfiguration) {
    let isLimited = configuration.rate > 0
    self.init(
      slots: configuration.workers, busy: 0, tokens: isLimited ? Double(configuration.burst) : nil,
      rate: isLimited ? configuration.rate : nil, breaker: .closed)
  }
}
