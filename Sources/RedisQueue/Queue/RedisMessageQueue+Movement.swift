package import Delivery

extension RedisMessageQueue {
  /// Moves up to 256 scheduled messages that are due to their lanes.
  package func promote() async throws(QueueError) -> Promotion {
    var call = ScriptCall(.promote, keys: keys.lanes + [keys.scheduled, keys.scheduledBodies])
    call.append(Self.movesPerCall)
    call.append(Self.bytesPerCall)
    for lane in Lane.allCases { call.append(lane.name) }
    let elements = try await run(call).requireElements(atLeast: 2)
    let wait = try elements[1].requireInteger()
    return Promotion(
      promoted: try elements[0].requireInteger(), nextDue: wait < 0 ? nil : .milliseconds(wait))
  }

  /// Returns the messages of all leases that have expired; in several steps when they are many.
  package func recover() async throws(QueueError) -> Recovery {
    var (recovered, poisoned, discarded) = (0, 0, 0)
    for _ in 0..<64 {
      let elements = try await run(recovery()).requireElements(atLeast: 4)
      recovered += try elements[0].requireInteger()
      poisoned += try elements[1].requireInteger()
      discarded += try elements[2].requireInteger()
      if try elements[3].requireInteger() == 0 { break }
    }
    return Recovery(recovered: recovered, poisoned: poisoned, discardedDeadLetters: discarded)
  }

  private func recovery() -> ScriptCall {
    var call = ScriptCall(
      .recover,
      keys: keys.lanes + [keys.inFlight, keys.inFlightBodies, keys.dead, keys.deadBodies, keys.recoveries])
    call.append(Self.movesPerCall)
    call.append(Self.bytesPerCall)
    call.append(Self.recoveriesOfPoison)
    call.append(bound.count)
    call.append(bound.age.wholeMilliseconds)
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
    do throws(QueueError) {
      return try await hash.text(of: field)
    } catch {
      throw await connection.explained(error, by: keys)
    }
  }
}
