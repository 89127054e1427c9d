internal import Platform
internal import Synchronization

/// What the library's callbacks need: the handler, the limits, and the connections there are.
final class ServerCore: Sendable {
  let limits: HTTPLimits
  private let handler: @Sendable (HTTPRequest) async -> HTTPResponse
  private let onRefusal: @Sendable (Int) -> Void
  private let orders: LoopOrders
  private let registry: Mutex<ConnectionRegistry>

  init(
    limits: HTTPLimits, orders: LoopOrders, onRefusal: @escaping @Sendable (Int) -> Void,
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) {
    self.limits = limits
    self.orders = orders
    self.onRefusal = onRefusal
    self.handler = handler
    registry = Mutex(ConnectionRegistry(room: limits.connections))
  }

  var occupancy: Occupancy { registry.withLock { $0.occupancy(limits) } }

  /// Takes in a new connection, for which another one gives way if there is no room.
  func accept(_ handle: ConnectionHandle) -> HTTPConnection {
    let (connection, crowdedOut) = registry.withLock { registry in
      registry.leaveLast(of: OpenFileLimit.current, lowestFree: Int(handle.socket))
      let connection = registry.table.insert(from: handle.peer) { HTTPConnection(socket: handle.socket, slot: $0) }
      return (connection, registry.makeRoom(for: connection.slot))
    }
    for connection in crowdedOut { connection.giveWay() }
    return connection
  }

  /// Makes do with fewer connections, since there is no descriptor for another.
  func giveUpDescriptors() {
    let crowdedOut = registry.withLock { registry in
      registry.leaveLast(of: OpenFileLimit.current, lowestFree: OpenFileLimit.current)
      return registry.makeRoom(for: nil)
    }
    for connection in crowdedOut { connection.giveWay() }
  }

  /// Says whether somebody waits to be accepted for whom there is no room: a connection's next answer is then its last.
  func setOverloaded(_ isOverloaded: Bool) { registry.withLock { $0.isOverloaded = isOverloaded } }

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
    let waiters = registry.withLock { registry in
      change(&registry.table)
      return wasUnderWay ? registry.exchangeEnded() : []
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Runs the handler on a request; gives its answer when it has ended at once, nil when the connection waits for it.
  ///
  /// The handler starts on the loop's thread and stays there until it first has to wait: short answers then cost
  /// no change of threads.
  func handle(_ request: HTTPRequest, on connection: HTTPConnection) -> HTTPResponse? {
    let started = registry.withLock { registry in
      Result { () throws(ConnectionRegistry.Refusal) in
        try registry.start(connection.slot, atMost: limits.concurrentRequests)
      }
    }
    let running: Int
    switch started {
    case .success(let handler): running = handler
    case .failure(.stopping): return refuse(.stopping)
    case .failure(.tooMany): return refuse(.tooManyRequests)
    }
    let task = Task.immediate {
      let response = await self.handler(request)
      self.registry.withLock { $0.table.endHandler(running) }
      self.leave(response, on: connection)
    }
    return connection.answerOrRun(task)
  }

  /// An answer is about to go out. Gives it as it is to be sent: for as long as there is need of room, the last one of
  /// its connection.
  func send(_ response: HTTPResponse, on connection: HTTPConnection) -> HTTPResponse {
    connection.respond()
    return registry.withLock { registry in
      registry.table.send(connection.slot, response.unsentBody)
      guard registry.isStopping || registry.isOverloaded else { return response }
      var last = response
      last.closesConnection = true
      return last
    }
  }

  /// The library has looked after all connections once more.
  func endRound() -> Occupancy {
    let (slow, occupancy) = registry.withLock { ($0.endRound(limits), $0.occupancy(limits)) }
    for connection in slow { connection.giveWay() }
    return occupancy
  }

  /// Counts a request that the handler does not see.
  func refuse(_ response: HTTPResponse) -> HTTPResponse {
    onRefusal(response.status)
    return response
  }

  /// No request is handled from now on.
  func stopHandling() { registry.withLock { $0.stop() } }

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
    registry.withLock { $0.room = limits.connections }
    for connection in connections { connection.review(at: now, limits: limits) }
  }

  /// Waits until no request is under way and all answers are out, or the time is up.
  func drain(within time: Duration) async {
    await withCheckedContinuation { continuation in
      guard let waiter = registry.withLock({ $0.addDrainWaiter(continuation) }) else { return continuation.resume() }
      Task {
        try? await Task.sleep(for: time)
        registry.withLock { $0.removeDrainWaiter(waiter) }?.resume()
      }
    }
  }

  var connectionCount: Int { registry.withLock { $0.table.count } }

  private func leave(_ response: HTTPResponse, on connection: HTTPConnection) {
    if let waiting = connection.answer(response) { orders.resume(waiting) }
  }

  private var connections: [HTTPConnection] { registry.withLock { $0.table.connections } }
}
