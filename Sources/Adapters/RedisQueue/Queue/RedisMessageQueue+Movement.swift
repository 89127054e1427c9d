package import Delivery
package import Messaging
internal import Redis
internal import Time

extension RedisMessageQueue {
  /// Moves up to 256 scheduled messages that are due to their lanes.
  package func promote() async throws(QueueError) -> Promotion {
    var call = ScriptCall(.promote, keys: [keys.scheduled, keys.scheduledBodies] + keys.lanes)
    call.append(Self.movesPerCall)
    call.append(Self.bytesPerCall)
    call.append(Lane.standard.name)
    for lane in Lane.allCases { call.append(lane.name) }
    return try await connection.serving(keys) { () async throws(RedisError) in
      let elements = try await connection.run(call).requireElements(atLeast: 2)
      let wait = try elements[1].requireInteger()
      return Promotion(
        promoted: try elements[0].requireInteger(), nextDue: wait < 0 ? nil : .milliseconds(wait))
    }
  }

  /// Returns the messages of all leases that have expired; in several steps when they are many.
  package func recover() async throws(QueueError) -> Recovery {
    var total = Recovery(recovered: 0, poisoned: 0)
    for _ in 0..<64 {
      let (step, hasMore) = try await connection.serving(keys) { () async throws(RedisError) in
        try await recoverSome()
      }
      total = total + step
      if !hasMore { break }
    }
    return total
  }

  private func recoverSome() async throws(RedisError) -> (Recovery, hasMore: Bool) {
    let start = ContinuousClock.now
    let reply = try await connection.run(recoveryCall())
    let elements = try reply.requireElements(atLeast: 1)
    serverClock.note(try elements[0].requireInteger(), askedAt: start)
    guard elements.count > 1 else { throw .unavailable("the call for recovery was held up on its way") }
    _ = try reply.requireElements(atLeast: 8)
    let words = try elements[5].expect("an error or none", elements[5].text)
    let fault = words.isEmpty ? nil : await connection.explained(.server(ErrorReply(words)), by: keys)
    let recovery = Recovery(
      recovered: try elements[1].requireInteger(), poisoned: try elements[2].requireInteger(),
      discardedDeadLetters: try elements[3].requireInteger(), orphaned: try elements[6].requireInteger(),
      uncertain: try elements[7].requireInteger(), fault: fault)
    return (recovery, try elements[4].requireInteger() == 1 && fault == nil)
  }

  private func recoveryCall() -> ScriptCall {
    var call = ScriptCall(
      .recover,
      keys: keys.instanceQueues + [
        keys.inFlightBodies, keys.begun, keys.instances, keys.directory, keys.dead, keys.deadBodies, keys.recoveries,
        keys.clock,
      ] + keys.lanes)
    call.append(keys.queuePrefix)
    call.append(routing.defaultInstance?.value ?? "")
    call.append(Self.movesPerCall)
    call.append(Self.bytesPerCall)
    call.append(Self.recoveriesOfPoison)
    call.append(bound.age.wholeMilliseconds)
    let latest = serverClock.now?.advanced(by: recovery.lateness)
    call.append(latest.map { Int($0.nanoseconds / 1_000_000) } ?? 1 << 53)
    call.append(recovery.silence.wholeMilliseconds)
    // Holders extend their leases every third of that time; the remainder allows for delays.
    call.append((lease / 2).wholeMilliseconds)
    call.append(lease.wholeMilliseconds)
    call.append(Lane.standard.name)
    for lane in Lane.allCases { call.append(lane.name) }
    return call
  }
}

extension RedisMessageQueue: InstanceDirectory, ShardDirectory {
  /// The instance that the hash of instances names for a tenant.
  package func instance(ofTenant tenant: String) async throws(QueueError) -> String? {
    try await name(tenant, in: instances)
  }

  /// The shard that the hash of shards names for an instance.
  package func shard(of instance: InstanceName) async throws(QueueError) -> String? {
    try await name(instance.value, in: shards)
  }

  private func name(_ field: String, in hash: HashLookup) async throws(QueueError) -> String? {
    try await connection.serving(keys) { () async throws(RedisError) in try await hash.text(of: field) }
  }
}
