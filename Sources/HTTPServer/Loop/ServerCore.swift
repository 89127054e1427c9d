internal import Synchronization

/// What the library's callbacks need: the handler, the limits, and the connections there are.
final class ServerCore: Sendable {
  let limits: HTTPLimits
  private let handler: @Sendable (HTTPRequest) async -> HTTPResponse
  private let onRefusal: @Sendable (Int) -> Void
  private let orders: LoopOrders
  private let roster = Mutex(Roster())

  init(
    limits: HTTPLimits, orders: LoopOrders, onRefusal: @escaping @Sendable (Int) -> Void,
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) {
    self.limits = limits
    self.orders = orders
    self.onRefusal = onRefusal
    self.handler = handler
  }

  func accept(_ connection: HTTPConnection) { roster.withLock { $0.add(connection) } }

  func close(_ connection: HTTPConnection) {
    let wasUnderWay = connection.close()
    roster.withLock { $0.remove(connection) }
    if wasUnderWay { endExchange() }
  }

  func complete(_ connection: HTTPConnection) {
    if connection.complete() { endExchange() }
  }

  private func endExchange() {
    for waiter in roster.withLock({ $0.exchangeEnded() }) { waiter.resume() }
  }

  /// Runs the handler on a request; gives its answer when it has ended at once, nil when the connection waits for it.
  ///
  /// The handler starts on the loop's thread and stays there until it first has to wait: short answers then cost
  /// no change of threads.
  func handle(_ request: HTTPRequest, on connection: HTTPConnection, _ handle: ConnectionHandle) -> HTTPResponse? {
    switch roster.withLock({ $0.start(atMost: limits.concurrentRequests) }) {
    case .stopping: return refuse(.stopping)
    case .tooMany: return refuse(.tooManyRequests)
    case nil: break
    }
    let task = Task.immediate {
      let response = await self.handler(request)
      self.roster.withLock { $0.handlerEnded() }
      self.leave(response, on: connection)
    }
    return connection.answerOrSuspend(handle, for: task)
  }

  /// Counts a request that the handler does not see.
  func refuse(_ response: HTTPResponse) -> HTTPResponse {
    onRefusal(response.status)
    return response
  }

  /// Whether answers are to be the last on their connections.
  var isStopping: Bool { roster.withLock { $0.isStopping } }

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

  /// Looks after connections that take too long, whose clients are gone, or that are too many.
  func reviewConnections(at now: ContinuousClock.Instant) {
    let crowdedOut = roster.withLock { roster in
      roster.excess(over: limits.connections, unusedSince: now - limits.idleWhenCrowded)
    }
    for connection in crowdedOut { connection.giveWay() }
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

  var connectionCount: Int { roster.withLock { $0.connections.count } }

  private func leave(_ response: HTTPResponse, on connection: HTTPConnection) {
    if let waiting = connection.answer(response) { orders.resume(waiting) }
  }

  private var connections: [HTTPConnection] { roster.withLock { Array($0.connections.values) } }
}
