/// The connections of a server, by the address of their clients, and which of them is to give way to others.
///
/// An address may hold all that nobody else wants. When there is no more room, the address that holds most gives way:
/// its connection that has been without a whole request for longest, or else the one that has been taking in its
/// answer for longest. A request that is handled gives way to nobody. So an address that wants too much takes it from
/// itself, and where all clients share one address the newest of them are served.
///
/// What is done for each request takes the same time however many connections there are.
struct ConnectionTable<Connection> {
  /// A connection's place in the table, its own until it is removed.
  typealias Slot = Int

  /// What a connection does, as far as giving way goes.
  private enum Activity {
    case awaitingRequest
    case handling
    /// Too short a time ago for its client to be called slow.
    case answering(UnsentBodies.Body)
    case sending(UnsentBodies.Body)
    case evicted
  }

  private enum Queue {
    case awaiting
    case sending
  }

  private struct Entry {
    var connection: Connection?
    var holding: Int
    var activity = Activity.handling
    var previous: Slot?
    var next: Slot?
  }

  /// Connections in the order in which they began to do what they do.
  private struct Chain {
    var first: Slot?
    var last: Slot?
  }

  /// What one address has.
  private struct Holding {
    let address: PeerAddress
    /// Connections and handlers that are counted here.
    var references = 0
    /// Connections that have not given way.
    var kept = 0
    var handlers = 0
    var unsentBytes = 0
    var awaiting = Chain()
    var sending = Chain()

    subscript(queue: Queue) -> Chain {
      get { queue == .awaiting ? awaiting : sending }
      set { if queue == .awaiting { awaiting = newValue } else { sending = newValue } }
    }
  }

  private var entries: [Entry] = []
  private var freeEntries: [Slot] = []
  private var holdings: [Holding] = []
  private var freeHoldings: [Int] = []
  private var holdingsByAddress: [PeerAddress: Int] = [:]
  private var unsent = UnsentBodies()
  private var evictable = 0
  /// Whose answers began in this round, and in the one before.
  private var answering: (now: [Slot], before: [Slot]) = ([], [])

  /// Connections that have not given way.
  private(set) var kept = 0
  /// Handlers that run.
  private(set) var handlers = 0
  /// Bytes of the bodies that are on their way to their clients.
  var unsentBytes: Int { unsent.bytes }

  /// Connections, with those that are about to be closed.
  var count: Int { entries.count - freeEntries.count }

  /// All connections.
  var connections: [Connection] { entries.compactMap(\.connection) }

  /// Whether there is a connection that could give way.
  var canEvict: Bool { evictable > 0 }

  /// Takes in a new connection, which waits for its first request.
  mutating func insert(from address: PeerAddress, _ make: (Slot) -> Connection) -> Connection {
    let holding = holding(of: address)
    let slot = freeEntries.last ?? entries.count
    let connection = make(slot)
    let entry = Entry(connection: connection, holding: holding)
    if freeEntries.popLast() == nil { entries.append(entry) } else { entries[slot] = entry }
    holdings[holding].references += 1
    holdings[holding].kept += 1
    kept += 1
    enter(.awaitingRequest, slot)
    return connection
  }

  /// Forgets a connection that is closed; a handler of its request may go on.
  mutating func remove(_ slot: Slot) {
    evict(slot)
    entries[slot].connection = nil
    freeEntries.append(slot)
    release(entries[slot].holding)
  }

  /// A connection waits for its next request.
  mutating func awaitRequest(_ slot: Slot) { enter(.awaitingRequest, slot) }

  /// A connection has a whole request.
  mutating func handle(_ slot: Slot) { enter(.handling, slot) }

  /// A connection's answer goes out.
  mutating func send(_ slot: Slot, _ body: UnsentBodies.Body) {
    enter(.answering(body), slot)
    answering.now.append(slot)
  }

  /// All connections have been looked after once more: the answers of the round before have had the time to be taken in
  /// at once.
  mutating func endRound() {
    for slot in answering.before {
      if case .answering(let body) = entries[slot].activity { enter(.sending(body), slot) }
    }
    answering.before.removeAll(keepingCapacity: true)
    swap(&answering.now, &answering.before)
  }

  /// Counts a handler; nil when there may be no more. An address may have three times as many as are left for others,
  /// so that there is always something left.
  ///
  /// - Returns: what to end the handler with.
  mutating func startHandler(_ slot: Slot, atMost limit: Int) -> Int? {
    let holding = entries[slot].holding
    guard handlers < limit, holdings[holding].handlers < 3 * (limit - handlers) else { return nil }
    handlers += 1
    holdings[holding].handlers += 1
    holdings[holding].references += 1
    return holding
  }

  /// A handler has ended.
  mutating func endHandler(_ holding: Int) {
    handlers -= 1
    holdings[holding].handlers -= 1
    release(holding)
  }

  /// Lets a connection give way to a new one, if there is one, and gives which.
  mutating func evict(for newcomer: Slot?) -> Connection? {
    // The newcomer is the last of those that wait, so that it is the first only where nobody else does.
    let candidates = holdings.lazy.compactMap { holding in
      let waiting = holding.awaiting.first.flatMap { $0 == newcomer ? nil : $0 }
      return (waiting ?? holding.sending.first).map { (slot: $0, kept: holding.kept) }
    }
    guard let slot = candidates.max(by: { $0.kept < $1.kept })?.slot else { return nil }
    evict(slot)
    return entries[slot].connection
  }

  /// Lets a connection whose client takes long over its answer give way to other answers, and gives which.
  mutating func evictSlowReader() -> Connection? {
    let candidates = holdings.lazy.compactMap { holding in
      holding.sending.first.map { (slot: $0, bytes: holding.unsentBytes) }
    }
    guard let slot = candidates.max(by: { $0.bytes < $1.bytes })?.slot else { return nil }
    evict(slot)
    return entries[slot].connection
  }

  private mutating func evict(_ slot: Slot) {
    if case .evicted = entries[slot].activity { return }
    enter(.evicted, slot)
    kept -= 1
    holdings[entries[slot].holding].kept -= 1
  }

  private mutating func holding(of address: PeerAddress) -> Int {
    if let known = holdingsByAddress[address] { return known }
    let new = Holding(address: address)
    let index = freeHoldings.popLast() ?? holdings.count
    if index == holdings.count { holdings.append(new) } else { holdings[index] = new }
    holdingsByAddress[address] = index
    return index
  }

  private mutating func release(_ holding: Int) {
    holdings[holding].references -= 1
    guard holdings[holding].references == 0 else { return }
    holdingsByAddress[holdings[holding].address] = nil
    freeHoldings.append(holding)
  }
}

extension ConnectionTable {
  private mutating func enter(_ activity: Activity, _ slot: Slot) {
    let holding = entries[slot].holding
    switch entries[slot].activity {
    case .awaitingRequest: unlink(slot, from: .awaiting)
    case .answering(let body): release(body, of: holding)
    case .sending(let body):
      unlink(slot, from: .sending)
      release(body, of: holding)
    case .handling: break
    case .evicted: return
    }
    entries[slot].activity = activity
    switch activity {
    case .awaitingRequest: link(slot, to: .awaiting)
    case .answering(let body): hold(body, of: holding)
    case .sending(let body):
      link(slot, to: .sending)
      hold(body, of: holding)
    case .handling, .evicted: break
    }
  }

  private mutating func hold(_ body: UnsentBodies.Body, of holding: Int) {
    holdings[holding].unsentBytes += body.bytes
    unsent.add(body)
  }

  private mutating func release(_ body: UnsentBodies.Body, of holding: Int) {
    holdings[holding].unsentBytes -= body.bytes
    unsent.remove(body)
  }

  private mutating func link(_ slot: Slot, to queue: Queue) {
    let holding = entries[slot].holding
    let last = holdings[holding][queue].last
    entries[slot].previous = last
    entries[slot].next = nil
    if let last { entries[last].next = slot } else { holdings[holding][queue].first = slot }
    holdings[holding][queue].last = slot
    evictable += 1
  }

  private mutating func unlink(_ slot: Slot, from queue: Queue) {
    let (holding, previous, next) = (entries[slot].holding, entries[slot].previous, entries[slot].next)
    if let previous { entries[previous].next = next } else { holdings[holding][queue].first = next }
    if let next { entries[next].previous = previous } else { holdings[holding][queue].last = previous }
    evictable -= 1
  }
}
