internal import Delivery
internal import Messaging
internal import Time

/// What a queue does about single instances.
extension InMemoryQueueState {
  mutating func noteBegun(_ token: Lease.Token, now: Timestamp) -> Bool {
    guard let index = leases.firstIndex(where: { $0.token == token }) else { return false }
    leases[index].begun = leases[index].begun ?? now
    return true
  }

  mutating func begin(
    _ token: Lease.Token, on instance: String, within limits: InstanceStart, now: Timestamp
  ) -> StartDecision {
    guard let index = leases.firstIndex(where: { $0.token == token }) else { return .lost }
    var pacing = queues.pacing[instance] ?? .init()
    let held = Set(leases.map(\.token))
    pacing.tokens.removeAll { !held.contains($0) }
    if pacing.day != limits.day { (pacing.day, pacing.sent) = (limits.day, 0) }
    let cap = limits.cap(firstDay: pacing.firstDay)
    let isFull = cap.map { pacing.sent + pacing.tokens.count >= $0 } ?? false
    var reason: WaitReason?
    switch (queues.health[instance] ?? .healthy).admits(at: now, isHeld: { held.contains($0) && $0 != token }) {
    case .never: reason = .paused
    case .later: reason = .stopped
    case .freely, .onTrial:
      if isFull {
        (reason, pacing.due) = (.dailyCap, limits.nextDay)
      } else if pacing.next > now {
        (reason, pacing.due) = (.pace, pacing.next)
      } else if limits.concurrency > 0, pacing.tokens.count >= limits.concurrency {
        (reason, pacing.due) = (.pace, now.advanced(by: lease))
      }
    }
    let group = leases[index].origin?.group ?? instance
    if let reason {
      queues.pacing[instance] = pacing
      var held = leases.remove(at: index)
      held.message.waitingSince = held.origin?.since ?? now
      queues.giveBack(held.message, to: instance, held.lane, takenAs: held.number)
      for name in Set([instance, group]) { place(name, now: now) }
      return .putBack(reason)
    }
    pacing.next = now.advanced(by: limits.interval)
    pacing.tokens.append(token)
    pacing.due = pacing.next
    if limits.concurrency > 0, pacing.tokens.count >= limits.concurrency { pacing.due = now.advanced(by: lease) }
    if let cap, pacing.sent + pacing.tokens.count >= cap { pacing.due = max(pacing.due, limits.nextDay) }
    queues.pacing[instance] = pacing
    leases[index].begun = now
    for name in Set([instance, group]) { place(name, now: now) }
    return .granted
  }

  /// The instances for which something waits.
  var census: InstanceCensus {
    var census = InstanceCensus()
    census.active = queues.turns.count
    for group in queues.blocked.keys {
      let instance = InMemoryInstanceQueues.instance(of: group)
      let own = group.split(separator: "\n").dropFirst().first.flatMap { WaitReason(rawValue: String($0)) }
      let reason: WaitReason
      switch queues.health[instance] ?? .healthy {
      case .paused: reason = own ?? .paused
      case .stopped: reason = own ?? .stopped
      case .healthy: reason = own ?? .pace
      }
      census.instances[reason, default: 0] += 1
      census.messages[reason, default: 0] += queues.waiting[group]?.values.reduce(0) { $0 + $1.count } ?? 0
    }
    return census
  }

  /// Buries what has waited too long for a stopped instance.
  mutating func buryOverdue(after limit: Duration, now: Timestamp) -> Int {
    var buried = 0
    let latest = now.advanced(by: .zero - limit)
    for (instance, health) in queues.health {
      guard case .stopped(_, let since, _, _, _) = health, since <= latest else { continue }
      for lane in Lane.allCases {
        while let first = queues.waiting[instance]?[lane]?.first, let since = first.waitingSince, since <= latest {
          queues.waiting[instance]?[lane]?.removeFirst()
          lastToken += 1
          let held = Held(token: Lease.Token("memory-\(lastToken)"), lane: lane, message: first, time: now)
          bury(held, DeadLetterCause(reason: .instanceStopped, error: "", instance: instance), now: now)
          buried += 1
        }
      }
      place(instance, now: now)
    }
    return buried
  }
}
