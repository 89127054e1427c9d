internal import Platform
internal import Synchronization

/// What the library's callbacks need: the handler, the limits, and the connections there are.
final class ServerCore: Sendable {
  let limits: HTTPLimits
  private let handler: @Sendable (HTTPRequest) async -> HTTPResponse
  private let onRefusal: @Sendable (Int) -> Void
  private let orders: LoopOrders
  private let roster: Mutex<Roster>

  init(
    limits: HTTPLimits, orders: LoopOrders, onRefusal: @escaping @Sendable (Int) -> Void,
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) {
    self.limits = limits
    self.orders = orders
    self.onRefusal = onRefusal
    self.handler = handler
    roster = Mutex(Roster(room: limits.connections))
  }

  var occupancy: Occupancy { roster.withLock { $0.occupancy(limits) } }

  /// Takes in a new connection, for which another one gives way if there is no room.
  func accept(_ handle: ConnectionHandle) -> HTTPConnection {
    let (connection, crowdedOut) = roster.withLock { roster in
      roster.leaveLast(of: OpenFileLimit.current, lowestFree: Int(handle.socket))
      let connection = roster.table.insert(from: handle.peer) { HTTPConnection(socket: handle.socket, slot: $0) }
      return (connection, roster.makeRoom(for: connection.slot))
    }
    for connection in crowdedOut { connection.giveWay() }
    return connection
  }

  /// Makes do with fewer connections, since there is no descriptor for another.
  func giveUpDescriptors() {
    let crowdedOut = roster.withLock { roster in
      roster.leaveLast(of: OpenFileLimit.current, lowestFree: OpenFileLimit.current)
      return roster.makeRoom(for: nil)
    }
    for connection in crowdedOut { connection.giveWay() }
  }

  /// Says whether somebody waits to be accepted for whom there is no room: a connection's next answer is then its last.
  func setBesieged(_ isBesieged: Bool) { roster.withLock { $0.isBesieged = isBesieged } }

  func close(_ connection: HTTPConnection) {
    let wasUnderWay = connection.close()
    endExchange(wasUnderWay) { $0.remove(connection.slot) }
  }

  func complete(_ connection: HTTPConnection) {
    let wasUnderWay = connection.complete()
    endExchange(wasUnderWay) { $0.awaitRequest(connection.slot) }
  }

  private func endExchange(
    _ wasUnderWay: Bool, _ change: (inout ConnectionTable<HTTPConnection>) -> Void
  ) {
    let waiters = roster.withLock { roster in
      change(&roster.table)
      return wasUnderWay ? roster.exchangeEnded() : []
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Runs the handler on a request; gives its answer when it has ended at once, nil when the connection waits for it.
  ///
  /// The handler starts on the loop's thread and stays there until it first has to wait: short answers then cost
  /// no change of threads.
  func handle(_ request: HTTPRequest, on connection: HTTPConnection) -> HTTPResponse? {
    let started = roster.withLock { roster in
      Result { () throws(Roster.Refusal) in try roster.start(connection.slot, atMost: limits.concurrentRequests) }
    }
    let running: Int
    switch started {
    case .success(let handler): running = handler
    case .failure(.stopping): return refuse(.stopping)
    case .failure(.tooMany): return refuse(.tooManyRequests)
    }
    let task = Task.immediate {
      let response = await self.handler(request)
      self.roster.withLock { $0.table.endHandler(running) }
      self.leave(response, on: connection)
    }
    return connection.answerOrRun(task)
  }

  /// An answer is about to go out. Gives it as it is to be sent: for as long as there is need of room, the last one of
  /// its connection.
  func send(_ response: HTTPResponse, on connection: HTTPConnection) -> HTTPResponse {
    connection.respond()
    return roster.withLock { roster in
      roster.table.send(connection.slot, response.unsentBody)
      guard roster.isStopping || roster.isBesieged else { return response }
      var last = response
      last.closesConnection = true
      return last
    }
  }

  /// The library has looked after all connections once more.
  func endRound() -> Occupancy {
    let (slow, occupancy) = roster.withLock { ($0.endRound(limits), $0.occupancy(limits)) }
    for connection in slow { connection.giveWay() }
    return occupancy
  }

  /// Counts a request that the handler does not see.
  func refuse(_ response: HTTPResponse) -> HTTPResponse {
    onRefusal(response.status)
    return response
  }

  /// No request is handled from now on.
  func stopHandling() { roster.withLock { $0.stop() } }

  /// Cancels the handlers that have not ended.
  func cancelHandlers() {
    for connection in connections { connection.cancel() }
  }

  /// Answers for the handlers that have not ended even so: the library may not be stopped before.
  func abandonHandlers() {
    for connection in connections { leave(.drop, on: connection) }
  }

  /// Looks after connections that take too long, or whose clients are gone. There may be descriptors again, too.
  func reviewConnections(at now: ContinuousClock.Instant) {
    roster.withLock { $0.room = limits.connections }
    for connection in connections { connection.review(at: now, limits: limits) }
  }

  /// Waits until no request is under way and all answers are out, or the time is up.
  func drain(within patience: Duration) async {
    await withCheckedContinuation { continuation in
      guard let waiter = roster.withLock({ $0.wait(continuation) }) else { return continuation.resume() }
      Task {
        try? await Task.sleep(for: patience)
        roster.withLock { $0.giveUp(waiter) }?.resume()
      }
    }
  }

  var connectionCount: Int { roster.withLock { $0.table.count } }

  private func leave(_ response: HTTPResponse, on connection: HTTPConnection) {
    if let waiting = connection.answer(response) { orders.resume(waiting) }
  }

  private var connections: [HTTPConnection] { roster.withLock { $0.table.connections } }
}
