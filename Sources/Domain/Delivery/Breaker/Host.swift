internal import Messaging
internal import Synchronization
internal import Time

/// One Evolution server, as this process sees it.
final class Host: Sendable {
  let breaker: CircuitBreaker
  let suspects: Suspects

  init(failureLimit: Int, cooldown: Duration, patience: Duration, clock: MonotonicClock) {
    breaker = CircuitBreaker(failureLimit: failureLimit, cooldown: cooldown, clock: clock)
    suspects = Suspects(patience: patience, clock: clock)
  }
}

/// The Evolution servers among which the instances are divided: each has a health of its own.
final class Hosts: Sendable {
  private let single: Host
  private let sharded = Mutex<[Shard: Host]>([:])
  private let make: @Sendable () -> Host

  init(failureLimit: Int, cooldown: Duration, patience: Duration, clock: MonotonicClock) {
    make = { Host(failureLimit: failureLimit, cooldown: cooldown, patience: patience, clock: clock) }
    single = make()
  }

  /// The server of a shard; of all instances where there are no shards.
  subscript(shard: Shard?) -> Host {
    guard let shard else { return single }
    return sharded.withLock { hosts in
      if let host = hosts[shard] { return host }
      let host = make()
      hosts[shard] = host
      return host
    }
  }

  /// The worst state of all.
  var phase: BreakerState.Phase {
    let phases = [single.breaker.phase] + sharded.withLock { $0.values.map(\.breaker.phase) }
    return phases.contains(.open) ? .open : phases.contains(.halfOpen) ? .halfOpen : .closed
  }
}
