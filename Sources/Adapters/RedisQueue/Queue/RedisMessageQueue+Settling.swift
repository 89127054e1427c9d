package import Delivery
internal import Messaging
internal import Redis
internal import Time

extension RedisMessageQueue {
  /// Ends a lease, if its token is still held.
  package func settle(_ lease: Lease, as settlement: Settlement) async throws(QueueError) -> SettlementOutcome {
    // Without a closure: every message comes by here.
    do throws(RedisError) {
      switch settlement {
      case .acknowledge:
        if lease.isGuarded { return try await finish(lease, isSent: true) }
        return SettlementOutcome(wasHeld: try await acknowledging.end(lease))
      case .release:
        return try await freeing(lease, wasHeld: try await releasing.end(lease))
      case .retry(let payload, let delay):
        return try await freeing(lease, wasHeld: try await retry(lease, with: payload, after: delay))
      case .bury(let cause):
        return try await freeing(lease, wasHeld: try await bury(lease, because: cause))
      case .discard:
        return try await freeing(lease, wasHeld: try await discard(lease))
      case .park(let stop):
        return try await parking.park(lease, stop)
      case .file(let filing):
        return try await freeing(lease, wasHeld: try await file(lease, as: filing))
      }
    } catch {
      throw await connection.explained(error, by: keys)
    }
  }

  /// Lets an instance with limits, or on trial, go on after a message of its that was not sent.
  private func freeing(_ lease: Lease, wasHeld: Bool) async throws(RedisError) -> SettlementOutcome {
    guard lease.isGuarded, wasHeld else { return SettlementOutcome(wasHeld: wasHeld) }
    // The message is settled: that this failed is healed when the instance's time is up.
    return SettlementOutcome(wasHeld: true, goesOnAfter: (try? await finish(lease, isSent: false))?.goesOnAfter)
  }

  /// Makes leases last their full time again from now.
  package func extend(_ tokens: [Lease.Token]) async throws(QueueError) -> Set<Lease.Token> {
    try await connection.serving(keys) { () async throws(RedisError) in try await lostOnExtending(tokens) }
  }

  private func lostOnExtending(_ tokens: [Lease.Token]) async throws(RedisError) -> Set<Lease.Token> {
    var lost: Set<Lease.Token> = []
    for start in stride(from: 0, to: tokens.count, by: Self.tokensPerCall) {
      let chunk = tokens[start..<min(start + Self.tokensPerCall, tokens.count)]
      var call = ScriptCall(.extend, keys: [keys.inFlight], reserving: 128 + 40 * chunk.count)
      call.append(lease.wholeMilliseconds)
      for token in chunk { call.append(token.value) }
      for element in try await connection.run(call).requireElements() {
        let position = try element.requireInteger()
        guard chunk.indices.contains(start + position) else {
          throw .unexpectedReply("an extension of a lease that was not asked for")
        }
        lost.insert(chunk[start + position])
      }
    }
    return lost
  }

  private func retry(
    _ lease: Lease, with payload: [UInt8], after delay: Duration
  ) async throws(RedisError) -> Bool {
    var call = ScriptCall(
      .retry, keys: [keys.inFlight, keys.inFlightBodies, keys.scheduled, keys.scheduledBodies, keys.begun],
      reserving: payload.count + 256)
    call.append(lease.token.value)
    call.append(max(0, delay.wholeMilliseconds))
    call.append(Array("\(lease.lane.name)|0|".utf8) + payload)
    return try await connection.run(call).requireInteger() == 1
  }

  private func bury(_ lease: Lease, because cause: DeadLetterCause) async throws(RedisError) -> Bool {
    var call = ScriptCall(
      .bury, keys: [keys.inFlight, keys.inFlightBodies, keys.dead, keys.deadBodies, keys.recoveries, keys.begun])
    call.append(lease.token.value)
    call.append(DeadLetterHeader(lane: lease.lane, cause: cause).bytes)
    return try await connection.run(call).requireInteger() == 1
  }
}

extension Lease {
  fileprivate var isGuarded: Bool { origin?.isGuarded == true }
}
