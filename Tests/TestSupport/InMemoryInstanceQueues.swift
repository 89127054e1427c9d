internal import Delivery
internal import JSON
internal import Messaging
internal import Time

/// What an in-memory queue has sorted out of its lanes, and how its instances stand.
struct InMemoryInstanceQueues {
  typealias Message = InMemoryQueueState.Message

  struct Pacing {
    var due = InMemoryQueueState.longAgo
    var next = InMemoryQueueState.longAgo
    var day: CalendarDate?
    var firstDay: CalendarDate?
    var sent = 0
    var tokens: [Lease.Token] = []
  }

  var waiting: [String: [Lane: [Message]]] = [:]
  /// Those that have their turn, the next one first.
  var turns: [String] = []
  var blocked: [String: Timestamp] = [:]
  var health: [String: InstanceHealth] = [:]
  var pacing: [String: Pacing] = [:]

  var isSorting: Bool { !turns.isEmpty || !blocked.isEmpty || !health.isEmpty }

  func length(of lane: Lane) -> Int { waiting.values.reduce(0) { $0 + ($1[lane]?.count ?? 0) } }

  static func instance(of group: String) -> String { String(group.prefix { $0 != "\n" }) }

  /// The group of a payload, as far as it says.
  static func group(of payload: [UInt8], instances: [String: String], defaultInstance: String) -> String {
    let root = (try? JSONDocument(parsing: payload))?.root
    if let name = root?["instancia"]?.string { return name }
    guard let tenant = root?["cobranca"]?["usuarioId"]?.string else { return defaultInstance }
    return instances[tenant] ?? "\n\(tenant)"
  }

  mutating func append(_ message: Message, to group: String, _ lane: Lane) {
    waiting[group, default: [:]][lane, default: []].append(message)
  }

  /// Puts a message before what waits, but behind what was taken before it and given back before it.
  mutating func giveBack(_ message: Message, to group: String, _ lane: Lane, takenAs number: Int) {
    var message = message
    message.takenAs = number
    let queue = waiting[group]?[lane] ?? []
    let place = queue.firstIndex { ($0.takenAs ?? .max) > number } ?? queue.endIndex
    waiting[group, default: [:]][lane, default: []].insert(message, at: place)
  }

  mutating func place(_ group: String, now: Timestamp, isHeld: (Lease.Token) -> Bool) {
    guard waiting[group]?.values.contains(where: { !$0.isEmpty }) == true else {
      waiting[group] = nil
      turns.removeAll { $0 == group }
      blocked[group] = nil
      return
    }
    let instance = Self.instance(of: group)
    var due: Timestamp?
    switch (health[instance] ?? .healthy).admits(at: now, isHeld: isHeld) {
    case .never: due = Timestamp(nanoseconds: .max)
    case .later(let time): due = time
    case .freely, .onTrial: due = pacing[instance].flatMap { $0.due > now ? $0.due : nil }
    }
    if let due {
      turns.removeAll { $0 == group }
      blocked[group] = due
    } else {
      blocked[group] = nil
      if !turns.contains(group) { turns.append(group) }
    }
  }

  /// The next message of a group from some lanes.
  mutating func next(of group: String, from lanes: [Lane]) -> (Lane, Message)? {
    for lane in lanes {
      if let first = waiting[group]?[lane]?.first {
        waiting[group]?[lane]?.removeFirst()
        return (lane, first)
      }
    }
    return nil
  }

  /// The group whose turn it is: the first with something urgent, else the first.
  func nextTurn(except excluded: Set<String>) -> (group: String, lanes: [Lane])? {
    let able = turns.filter { !excluded.contains(Self.instance(of: $0)) }
    if let urgent = able.first(where: { waiting[$0]?[.urgent]?.isEmpty == false }) { return (urgent, [.urgent]) }
    return able.first.map { ($0, Lane.allCases) }
  }
}
