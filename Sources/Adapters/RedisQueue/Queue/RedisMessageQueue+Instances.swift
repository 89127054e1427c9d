package import Delivery
package import Messaging
internal import Redis
internal import Time

extension RedisMessageQueue {
  /// How many messages one call sorts at most.
  private static let sortedPerCall = 1000
  /// How long one count of the instances is good for the whole fleet.
  private static let censusAge = Duration.milliseconds(1500)
  /// The most groups that a count looks at.
  private static let censusGroups = 50_000

  /// Sorts up to 1,000 messages by instance, unless all that wait are one instance's.
  package func sort() async throws(QueueError) -> Bool {
    var call = ScriptCall(
      .sort, keys: keys.instanceQueues + [keys.instances, keys.directory, keys.limits] + keys.lanes)
    call.append(keys.queuePrefix)
    call.append(routing.defaultInstance?.value ?? "")
    call.append(routing.limitsAll ? 1 : 0)
    call.append(Self.sortedPerCall)
    return try await connection.serving(keys) { () async throws(RedisError) in
      try await connection.run(call).requireElements(atLeast: 2)[1].requireInteger() == 1
    }
  }

  /// Notes that a message is about to be sent.
  package func noteBegun(_ lease: Lease) async throws(QueueError) -> Bool {
    do throws(RedisError) {
      return try await beginning.end(lease)
    } catch {
      throw await connection.explained(error, by: keys)
    }
  }

  /// Lets a message go out on its instance, or puts it back.
  package func begin(
    _ lease: Lease, on instance: InstanceName, within limits: InstanceStart
  ) async throws(QueueError) -> StartDecision {
    var call = ScriptCall(.begin, keys: keys.instanceQueues + [keys.inFlightBodies, keys.begun])
    call.append(keys.queuePrefix)
    call.append(lease.token.value)
    call.append(instance.value)
    call.append(lease.origin?.group ?? instance.value)
    call.append(limits.concurrency)
    call.append(limits.interval.wholeMilliseconds)
    call.append(limits.dailyCap.perDay ?? -1)
    call.append(limits.day.daysSince1970)
    call.append(limits.nextDay.milliseconds)
    call.append(self.lease.wholeMilliseconds)
    call.append(lease.origin?.since.milliseconds ?? (serverClock.now ?? Timestamp(nanoseconds: 0)).milliseconds)
    call.append(limits.dailyCap.warmUp.text)
    call.append(limits.since?.daysSince1970 ?? 0)
    return try await connection.serving(keys) { () async throws(RedisError) in
      let elements = try await connection.run(call).requireElements(atLeast: 1)
      switch try elements[0].requireInteger() {
      case 1: return .granted
      case 0:
        let name = elements.count > 1 ? elements[1].text : nil
        return .putBack(name.flatMap(WaitReason.init(rawValue:)) ?? .pace)
      default: return .lost
      }
    }
  }

  /// Counts the instances for which something waits.
  package func census() async throws(QueueError) -> InstanceCensus {
    var call = ScriptCall(.census, keys: keys.instanceQueues + [keys.census])
    call.append(keys.queuePrefix)
    call.append(Self.censusAge.wholeMilliseconds)
    call.append(Self.censusGroups)
    return try await connection.serving(keys) { () async throws(RedisError) in
      let reply = try await connection.run(call)
      let numbers = try reply.expect("a count", reply.text).split(separator: " ").compactMap { Int($0) }
      guard let census = InstanceCensus(numbers: numbers) else { throw .unexpectedReply("a count of instances") }
      return census
    }
  }

  /// Buries up to 256 messages that have waited too long for a stopped instance.
  package func buryOverdue(after limit: Duration) async throws(QueueError) -> Int {
    var call = ScriptCall(.buryOverdue, keys: keys.instanceQueues + [keys.dead, keys.deadBodies])
    call.append(keys.queuePrefix)
    call.append(limit.wholeMilliseconds)
    call.append(Self.movesPerCall)
    call.append(bound.count)
    call.append(numbering.unique())
    return try await connection.serving(keys) { () async throws(RedisError) in
      try await connection.run(call).requireElements(atLeast: 2)[0].requireInteger()
    }
  }

  /// Ends a send on an instance with limits or on trial: acknowledges the message if it was sent, and lets the instance go on.
  func finish(_ lease: Lease, isSent: Bool) async throws(RedisError) -> SettlementOutcome {
    let group = lease.origin?.group ?? ""
    var call = ScriptCall(.finish, keys: keys.instanceQueues + [keys.inFlightBodies, keys.begun, keys.totals])
    call.append(keys.queuePrefix)
    call.append(lease.token.value)
    call.append(String(lease.origin?.instance ?? ""))
    call.append(group)
    call.append(isSent ? 1 : 0)
    call.append(lease.start?.dailyCap.perDay ?? -1)
    call.append(lease.start?.day.daysSince1970 ?? 0)
    call.append(lease.start?.nextDay.milliseconds ?? 0)
    call.append(lease.start?.dailyCap.warmUp.text ?? "")
    call.append(lease.start?.since?.daysSince1970 ?? 0)
    call.append(lease.timeSinceStart?.wholeMilliseconds ?? -1)
    call.append(lease.start?.interval.wholeMilliseconds ?? 0)
    call.append(keys.sentPrefix)
    call.append(routing.deduplicationWindow?.wholeMilliseconds ?? 0)
    call.append(lease.mark ?? "")
    let elements = try await connection.run(call).requireElements(atLeast: 3)
    return SettlementOutcome(
      wasHeld: try elements[0].requireInteger() == 1,
      goesOnAfter: try elements[1].requireInteger() < 0 ? nil : .milliseconds(try elements[1].requireInteger()),
      changedHealth: try elements[2].requireInteger() == 1)
  }

  func discard(_ lease: Lease) async throws(RedisError) -> Bool {
    var call = ScriptCall(.discard, keys: [keys.inFlight, keys.inFlightBodies, keys.begun])
    call.append(lease.token.value)
    return try await connection.run(call).requireInteger() == 1
  }

  func file(_ lease: Lease, as filing: Filing) async throws(RedisError) -> Bool {
    var call = ScriptCall(.file, keys: keys.instanceQueues + [keys.inFlightBodies, keys.begun])
    call.append(keys.queuePrefix)
    call.append(lease.token.value)
    call.append(filing.group)
    call.append(max(0, filing.apart?.delay.wholeMilliseconds ?? 0))
    call.append(lease.origin?.group ?? "")
    return try await connection.run(call).requireInteger() == 1
  }
}

extension InstanceCensus {
  /// A count as the script tells it.
  fileprivate init?(numbers: [Int]) {
    let reasons: [WaitReason] = [.pace, .dailyCap, .quietHours, .stopped, .paused]
    guard numbers.count >= 2 * reasons.count + 3 else { return nil }
    self.init()
    active = numbers[0]
    for (position, reason) in reasons.enumerated() {
      instances[reason] = numbers[1 + position]
      messages[reason] = numbers[1 + reasons.count + position]
    }
    messages[.order] = numbers[2 * reasons.count + 1]
    let oldest = numbers[2 * reasons.count + 2]
    oldestStopped = oldest > 0 ? Timestamp(milliseconds: oldest) : nil
  }
}

extension Timestamp {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  var milliseconds: Int { Int(nanoseconds / 1_000_000) }
}

extension WarmUp {
  /// The caps as a script reads them.
  fileprivate var text: String { caps.map(String.init).joined(separator: ",") }
}
