internal import Concurrency

/// The connections of a server, and how much is under way on them.
struct ConnectionRegistry {
  /// Why a request is not handled.
  enum Refusal: Error {
    case stopping
    case tooMany
  }

  var table = ConnectionTable<HTTPConnection>()
  /// For how many connections there is room.
  var room: Int
  /// Requests from the start of their handlers to the end of their answers.
  private(set) var exchanges = 0
  private(set) var isStopping = false
  /// Whether somebody waits to be accepted for whom nobody can give way.
  var isOverloaded = false
  private var drainWaiters = WaiterList<Void>()

  init(room: Int) { self.room = room }

  mutating func stop() { isStopping = true }

  /// Has room for fewer connections where they take up the last of the descriptors that there may be. All below the
  /// lowest that is free are in use.
  mutating func leaveLast(of descriptors: Int, lowestFree: Int) {
    let excess = lowestFree - (descriptors - HTTPLimits.lastDescriptors)
    if excess >= 0 { room = max(0, table.kept - excess) }
  }

  /// Lets connections give way as long as there are more than there is room for, and one that can.
  mutating func makeRoom(for newcomer: Int?) -> [HTTPConnection] {
    var evicted: [HTTPConnection] = []
    while table.kept > room, let connection = table.evict(for: newcomer) { evicted.append(connection) }
    return evicted
  }

  /// Starts a request, which counts until it is completed. Gives what to end its handler with, or says why there is to
  /// be none.
  mutating func start(_ slot: Int, atMost limit: Int) throws(Refusal) -> Int {
    exchanges += 1
    table.handle(slot)
    if isStopping { throw .stopping }
    guard let handler = table.startHandler(slot, atMost: limit) else { throw .tooMany }
    return handler
  }

  func occupancy(_ limits: HTTPLimits) -> Occupancy {
    Occupancy(
      connections: table.count, hasRoom: table.kept < room || table.canEvict, isCramped: room < limits.connections)
  }

  /// Ends a round, and lets connections give way whose clients are slow and let more bytes wait than may.
  mutating func endRound(_ limits: HTTPLimits) -> [HTTPConnection] {
    table.endRound()
    var evicted: [HTTPConnection] = []
    while table.unsentBytes > limits.unsentBytes, let slow = table.evictSlowReader() { evicted.append(slow) }
    return evicted
  }

  /// A request is over; gives back the tasks that waited for the last one.
  mutating func exchangeEnded() -> [WaiterList<Void>.Waiter] {
    exchanges -= 1
    return exchanges == 0 ? drainWaiters.removeAll() : []
  }

  /// Adds a task that waits until nothing is under way; nil when nothing is.
  mutating func addDrainWaiter(_ waiter: WaiterList<Void>.Waiter) -> WaiterList<Void>.Ticket? {
    guard exchanges > 0 else { return nil }
    let ticket = drainWaiters.takeTicket()
    drainWaiters.add(waiter, at: ticket)
    return ticket
  }

  /// Takes a task out whose time is up; nil when it waits no longer.
  mutating func removeDrainWaiter(_ ticket: WaiterList<Void>.Ticket) -> WaiterList<Void>.Waiter? {
    drainWaiters.remove(ticket)
  }
}

/// How full a server is.
struct Occupancy {
  /// Connections, with those that are about to be closed.
  let connections: Int
  /// Whether another client can be let in: there is room, or somebody who can give way.
  let hasRoom: Bool
  /// Whether there is room for fewer connections than there may be, for want of descriptors.
  let isCramped: Bool
}
