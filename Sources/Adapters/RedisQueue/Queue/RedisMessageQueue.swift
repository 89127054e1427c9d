package import Delivery
package import Logging
internal import Messaging
package import Platform
package import Redis
internal import Synchronization
package import Time

/// The queue in Redis: every transition is one Lua script, every time is the server's.
package final class RedisMessageQueue: MessageQueue {
  /// How many times a message is recovered without an outcome before it counts as poison.
  static let recoveriesOfPoison = 3
  /// How much one script call moves at most, so that the server is never held up for long.
  static let bytesPerCall = 8 << 20
  static let movesPerCall = 256
  static let tokensPerCall = 1000
  /// How many instances' first messages are compared for the oldest of a lane.
  private static let frontsCompared = 64
  /// How long an instance with limits gives out nothing after a message was taken that has not begun.
  private static let guardTime = Duration.seconds(5)
  /// The largest reply with which a wait for messages may end: the message that came.
  private static let largestWakingReply = 2 * Message.maximumPayloadBytes

  let connection: RedisConnection
  let keys: RedisKeys
  let lease: Duration
  let bound: DeadLetterBound
  let recovery: RecoveryTiming
  let routing: Routing
  let numbering = LeaseNumbering()
  let serverClock = ServerClock()
  let acknowledging: LeaseEnding
  let releasing: LeaseEnding
  let beginning: LeaseEnding
  let parking: Parking
  let instances: HashLookup
  let shards: HashLookup
  private let watch: LaneWatch
  /// Whether the user was found to have every right: before, nothing is taken.
  private let hasRights = Atomic(false)
  private let reservationKeys: [String]
  private let uncertain = Mutex<[LeaseNumbering.Range]>([])
  private let heads = Mutex([LaneHead](repeating: LaneHead(), count: Lane.allCases.count))

  /// A queue that connects in the background; until it has, its operations wait for the attempt under way.
  ///
  /// - Parameters:
  ///   - url: where Redis is.
  ///   - keys: what everything is called there.
  ///   - lease: how long a lease lasts unless it is extended.
  ///   - deadLetterBound: how many dead letters are kept, and for how long.
  ///   - routing: what is known of instances apart from the messages.
  ///   - recovery: when expired leases are left alone; nil for the usual times.
  ///   - loop: what drives its connections; without one, a thread of their own.
  ///   - timeouts: of its connections.
  ///   - logger: told of breaks and reconnections.
  /// - Throws: ``QueueError/unavailable(_:)`` when the system has no thread or descriptor left.
  package init(
    url: RedisURL, keys: RedisKeys, lease: Duration, deadLetterBound: DeadLetterBound = DeadLetterBound(),
    routing: Routing = Routing(), recovery: RecoveryTiming? = nil, on loop: EventLoop? = nil,
    timeouts: RedisConnection.Timeouts = RedisConnection.Timeouts(), logger: Logger
  ) throws(QueueError) {
    let connection: RedisConnection
    do throws(RedisError) {
      connection = try RedisConnection(to: url, on: loop, timeouts: timeouts, logger: logger)
    } catch {
      throw QueueError(error)
    }
    self.connection = connection
    self.keys = keys
    self.lease = lease
    bound = deadLetterBound
    self.recovery = recovery ?? RecoveryTiming(lease: lease)
    self.routing = routing
    watch = LaneWatch(
      url: url, keys: keys, largestReply: Self.largestWakingReply, on: connection.loop, timeouts: timeouts,
      logger: logger)
    let window = routing.deduplicationWindow?.wholeMilliseconds ?? 0
    acknowledging = LeaseEnding(over: connection) { ended in
      var call = ScriptCall(
        .acknowledge, keys: [keys.inFlight, keys.inFlightBodies, keys.totals, keys.begun],
        reserving: 160 + 64 * ended.count)
      call.append(keys.sentPrefix)
      call.append(window)
      call.append(ended.count)
      for lease in ended { call.append(lease.token) }
      for lease in ended { call.append(lease.mark ?? "") }
      return call
    }
    releasing = LeaseEnding(over: connection, gatheringTime: .milliseconds(10)) {
      Self.release($0.map(\.token), keys: keys, routing: routing)
    }
    beginning = LeaseEnding(over: connection) { begun in
      var call = ScriptCall(.noteBegun, keys: [keys.inFlight, keys.begun], reserving: 128 + 40 * begun.count)
      for lease in begun { call.append(lease.token) }
      return call
    }
    reservationKeys =
      keys.instanceQueues + [
        keys.inFlightBodies, keys.recoveries, keys.dead, keys.deadBodies, keys.instances, keys.directory, keys.limits,
      ] + keys.lanes
    parking = Parking(over: connection, keys: keys)
    instances = HashLookup(of: keys.instances, over: connection)
    shards = HashLookup(of: keys.shards, over: connection)
  }

  deinit { close() }

  /// Whether the last round-trip to Redis succeeded.
  package var isUp: Bool { connection.isUp }

  /// The server's time, as near as can be known; nil before the first count.
  package var serverTime: Timestamp? { serverClock.now }

  /// Ends the connections; whatever is under way fails.
  package func close() {
    connection.close()
    watch.close()
  }

  /// Takes messages into leases, after having given back those that an interrupted reservation may have left behind.
  package func reserve(_ request: ReservationRequest) async throws(QueueError) -> Reservation {
    guard request.limit > 0, request.bytes > 0 else { return Reservation() }
    if !hasRights.load(ordering: .relaxed) {
      try await checkRights()
      hasRights.store(true, ordering: .relaxed)
    }
    let oversizedBefore = try await giveBackUncertain()
    // Acknowledgements that wait are flushed first, so that they precede the reservation on the connection.
    acknowledging.flush()
    let range = numbering.reserve(request.limit, beginsAtOnce: request.beginsAtOnce)
    let reply: RedisReply
    do throws(RedisError) {
      reply = try await connection.run(call(reserving: range, for: request))
    } catch {
      if case .interrupted = error { uncertain.withLock { $0.append(range) } }
      throw await connection.explained(error, by: keys)
    }
    var taken = try await reservation(from: reply, numbered: range)
    taken.oversized += oversizedBefore
    return taken
  }

  /// Lets acknowledgements wait for the next reservation, to go before it on the connection.
  package func holdSettlements(_ areHeld: Bool) { acknowledging.hold(areHeld) }

  /// Waits for a message on connections of its own; none leaves its lane by it.
  package func awaitMessages(atMost timeout: Duration) async throws(QueueError) {
    try await connection.serving(keys) { () async throws(RedisError) in try await watch.wait(atMost: timeout) }
  }

  /// Counts what the queue holds now.
  package func snapshot() async throws(QueueError) -> QueueSnapshot {
    try await connection.serving(keys) { () async throws(RedisError) in
      let call = snapshotCall
      let start = ContinuousClock.now
      let elements = try await connection.run(call).requireElements(atLeast: 6 + Lane.allCases.count)
      let milliseconds = try elements[4].requireInteger()
      serverClock.note(milliseconds, askedAt: start)
      let now = Timestamp(milliseconds: milliseconds)
      var lanes: [Lane: QueueSnapshot.LaneState] = [:]
      var fault: QueueError?
      for (position, lane) in Lane.allCases.enumerated() {
        do throws(RedisError) {
          lanes[lane] = try state(from: elements[6 + position], at: position, now: now)
        } catch {
          fault = await connection.explained(error, by: keys)
        }
      }
      let refusal = try elements[5].expect("an error or none", elements[5].text)
      return QueueSnapshot(
        lanes: lanes, inFlight: try elements[0].requireInteger(), scheduled: try elements[1].requireInteger(),
        dead: try elements[2].requireInteger(), sentTotal: try elements[3].requireInteger(), fault: fault,
        writeFault: refusal.isEmpty ? nil : QueueError(.server(ErrorReply(refusal))))
    }
  }

  private var snapshotCall: ScriptCall {
    var call = ScriptCall(
      .snapshot,
      keys: [keys.inFlight, keys.scheduled, keys.dead, keys.totals, keys.sorted, keys.turns] + keys.lanes)
    call.append(keys.queuePrefix)
    call.append(Self.frontsCompared)
    for lane in Lane.allCases { call.append(lane.name) }
    return call
  }

  static func release(_ tokens: [String], keys: RedisKeys, routing: Routing) -> ScriptCall {
    var call = ScriptCall(
      .release,
      keys: keys.instanceQueues + [keys.inFlightBodies, keys.begun, keys.instances, keys.directory] + keys.lanes)
    call.append(keys.queuePrefix)
    call.append(routing.defaultInstance?.value ?? "")
    call.append(Lane.standard.name)
    for lane in Lane.allCases { call.append(lane.name) }
    for token in tokens { call.append(token) }
    return call
  }

  /// Gives back what reservations may have taken whose answers were lost.
  ///
  /// - Returns: how many messages they have buried as too large.
  private func giveBackUncertain() async throws(QueueError) -> Int {
    var oversized = 0
    for range in uncertain.withLock({ $0 }) {
      oversized += try await connection.serving(keys) { () async throws(RedisError) in try await giveBack(range) }
      uncertain.withLock { $0.removeAll { $0 == range } }
    }
    return oversized
  }

  private func giveBack(_ range: LeaseNumbering.Range) async throws(RedisError) -> Int {
    let tokens = numbering.tokens(range)
    var oversized = 0
    for start in stride(from: 0, to: tokens.count, by: Self.tokensPerCall) {
      let chunk = Array(tokens[start..<min(start + Self.tokensPerCall, tokens.count)])
      _ = try await connection.run(Self.release(chunk, keys: keys, routing: routing))
      oversized += try await buried(of: range, from: start, count: chunk.count)
    }
    return oversized
  }

  /// How many of the names that a reservation has for what it buries are among the dead letters.
  private func buried(
    of range: LeaseNumbering.Range, from start: Int, count: Int
  ) async throws(RedisError) -> Int {
    var command = RedisCommand("ZMSCORE", keys.dead)
    for number in (range.first + start)..<(range.first + start + count) {
      command.append(numbering.tokenOfOversized(number, of: range))
    }
    return try await connection.send(command).requireElements().count { $0 != .null }
  }

  private func call(reserving range: LeaseNumbering.Range, for request: ReservationRequest) -> ScriptCall {
    var call = ScriptCall(.reserve, keys: reservationKeys, reserving: 1024)
    call.append(keys.queuePrefix)
    call.append(range.count)
    call.append(lease.wholeMilliseconds)
    call.append(numbering.prefix(of: range))
    call.append(range.first)
    call.append(min(request.bytes, Self.bytesPerCall))
    call.append(bound.count)
    call.append(Message.maximumQueuedBytes)
    call.append(DeadLetterHeader.tailOfOversized)
    call.append(routing.defaultInstance?.value ?? "")
    call.append(routing.limitsAll ? 1 : 0)
    call.append(request.unsortedLimit)
    call.append(Self.guardTime.wholeMilliseconds)
    for instance in request.excluded { call.append(instance) }
    return call
  }

  private func reservation(
    from reply: RedisReply, numbered range: LeaseNumbering.Range
  ) async throws(QueueError) -> Reservation {
    if let elements = reply.elements, elements.count == 1, let dead = elements[0].integer {
      throw .full(dead: dead, limit: bound.count)
    }
    return try await connection.serving(keys) { () async throws(RedisError) in
      try ReservationReply(reply, numbered: range, by: numbering, at: serverClock.now).reservation()
    }
  }

  private func state(
    from reply: RedisReply, at position: Int, now: Timestamp
  ) throws(RedisError) -> QueueSnapshot.LaneState {
    let elements = try reply.requireElements(atLeast: 1)
    let length = try elements[0].requireInteger()
    if length < 0, elements.count == 2, let words = elements[1].text { throw .server(ErrorReply(words)) }
    guard length > 0, elements.count == 2 else {
      heads.withLock { $0[position].forget() }
      return QueueSnapshot.LaneState(length: length, oldest: nil)
    }
    let front = try elements[1].expect("a message", elements[1].bytes)
    let oldest = heads.withLock { $0[position].oldest(front, now: now) }
    return QueueSnapshot.LaneState(length: length, oldest: oldest)
  }
}
