/// The connections of a server, and how much is under way on them.
struct Roster {
  /// Why a request is not handled.
  enum Refusal {
    case stopping
    case tooMany
  }

  private(set) var connections: [ObjectIdentifier: HTTPConnection] = [:]
  /// Handlers that run.
  private(set) var handlers = 0
  /// Requests from the start of their handlers to the end of their answers.
  private(set) var exchanges = 0
  private(set) var isStopping = false
  private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  private var lastWaiter = 0

  mutating func add(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = connection }

  /// The connections that are too many, as far as they have been without a whole request since a time: the longest first.
  func excess(over limit: Int, unusedSince time: ContinuousClock.Instant) -> [HTTPConnection] {
    guard connections.count > limit else { return [] }
    let unused = connections.values.compactMap { connection in connection.unusedSince.map { (connection, $0) } }
    return unused.filter { $0.1 <= time }.sorted { $0.1 < $1.1 }.prefix(connections.count - limit).map(\.0)
  }

  mutating func remove(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = nil }

  mutating func stop() { isStopping = true }

  /// Starts a request, or says why not. Either way it counts until it is completed.
  mutating func start(atMost limit: Int) -> Refusal? {
    exchanges += 1
    if isStopping { return .stopping }
    if handlers >= limit { return .tooMany }
    handlers += 1
    return nil
  }

  mutating func handlerEnded() { handlers -= 1 }

  /// A request is over; gives back those who waited for the last one.
  mutating func exchangeEnded() -> [CheckedContinuation<Void, Never>] {
    exchanges -= 1
    guard exchanges == 0 else { return [] }
    defer { waiters = [:] }
    return Array(waiters.values)
  }

  /// Lets somebody wait until nothing is under way; nil when that is so already.
  mutating func wait(_ continuation: CheckedContinuation<Void, Never>) -> Int? {
    guard exchanges > 0 else { return nil }
    lastWaiter += 1
    waiters[lastWaiter] = continuation
    return lastWaiter
  }

  /// Takes a waiter away whose patience is at its end; nil when it waits no more.
  mutating func giveUp(_ waiter: Int) -> CheckedContinuation<Void, Never>? { waiters.removeValue(forKey: waiter) }
}
