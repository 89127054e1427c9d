internal import Delivery
internal import JSON

/// What an in-memory queue holds, and its transitions; no clock, no lock.
struct InMemoryQueueState {
  struct Message {
    let payload: [UInt8]
    var recoveries = 0
    let enqueued: Timestamp
  }

  struct Held {
    let token: Lease.Token
    let lane: Lane
    var message: Message
    /// When the lease expires, or the message is due.
    var time: Timestamp
  }

  static let recoveriesOfPoison = 3
  static let longAgo = Timestamp(milliseconds: 0)

  let lease: Duration
  let deadLetterLimit: Int
  let epoch: Timestamp
  let instances: [String: String]
  /// The next message to be taken first.
  var lanes: [Lane: [Message]] = [:]
  /// In the order of reservation.
  var leases: [Held] = []
  /// In due order.
  var schedule: [Held] = []
  /// The oldest first.
  var dead: [DeadLetter] = []
  private var sent = 0
  private var lastToken = 0

  init(lease: Duration, deadLetterLimit: Int, epoch: Timestamp, instances: [String: String]) {
    self.lease = lease
    self.deadLetterLimit = deadLetterLimit
    self.epoch = epoch
    self.instances = instances
  }

  var hasMessages: Bool { lanes.values.contains { !$0.isEmpty } }

  mutating func push(_ payload: [UInt8], to lane: Lane, now: Timestamp) {
    lanes[lane, default: []].append(Message(payload: payload, enqueued: now))
  }

  mutating func expireLeases() {
    for index in leases.indices { leases[index].time = Self.longAgo }
  }

  mutating func makeScheduledDue() {
    for index in schedule.indices { schedule[index].time = Self.longAgo }
  }

  mutating func reserve(upTo limit: Int, now: Timestamp) -> [Lease] {
    var taken: [Lease] = []
    for lane in Lane.allCases {
      let count = min(max(0, limit) - taken.count, lanes[lane, default: []].count)
      for message in lanes[lane, default: []].prefix(count) {
        lastToken += 1
        let token = Lease.Token("memory-\(lastToken)")
        leases.append(Held(token: token, lane: lane, message: message, time: now.advanced(by: lease)))
        taken.append(Lease(token: token, lane: lane, recoveries: message.recoveries, payload: message.payload))
      }
      lanes[lane, default: []].removeFirst(count)
    }
    return taken
  }

  mutating func settle(_ token: Lease.Token, as settlement: Settlement, now: Timestamp) -> SettlementOutcome {
    guard let index = leases.firstIndex(where: { $0.token == token }) else { return SettlementOutcome(wasHeld: false) }
    var held = leases.remove(at: index)
    switch settlement {
    case .acknowledge: sent += 1
    case .retry(let payload, let delay):
      held.message = Message(payload: payload, enqueued: held.message.enqueued)
      held.time = now.advanced(by: max(.zero, delay))
      let place = schedule.firstIndex { $0.time > held.time } ?? schedule.endIndex
      schedule.insert(held, at: place)
    case .bury(let cause): return SettlementOutcome(wasHeld: true, discardedDeadLetters: bury(held, cause, now: now))
    case .release: lanes[held.lane, default: []].insert(held.message, at: 0)
    }
    return SettlementOutcome(wasHeld: true)
  }

  mutating func extend(_ tokens: [Lease.Token], now: Timestamp) -> Set<Lease.Token> {
    var lost: Set<Lease.Token> = []
    for token in tokens {
      if let index = leases.firstIndex(where: { $0.token == token }) {
        leases[index].time = now.advanced(by: lease)
      } else {
        lost.insert(token)
      }
    }
    return lost
  }

  mutating func promote(now: Timestamp) -> Promotion {
    let due = schedule.prefix { $0.time <= now }
    schedule.removeFirst(due.count)
    for held in due { lanes[held.lane, default: []].append(held.message) }
    return Promotion(promoted: due.count, nextDue: schedule.first.map { $0.time.since(now) })
  }

  mutating func recover(now: Timestamp) -> Recovery {
    let expired = leases.filter { $0.time <= now }
    leases.removeAll { $0.time <= now }
    var (poisoned, discarded) = (0, 0)
    for var held in expired.reversed() {
      held.message.recoveries += 1
      if held.message.recoveries >= Self.recoveriesOfPoison {
        poisoned += 1
        let error = "recovered \(held.message.recoveries) times without an outcome"
        discarded += bury(held, DeadLetterCause(reason: .poison, error: error), now: now)
      } else {
        lanes[held.lane, default: []].insert(held.message, at: 0)
      }
    }
    return Recovery(recovered: expired.count, poisoned: poisoned, discardedDeadLetters: discarded)
  }

  var snapshot: QueueSnapshot {
    var states: [Lane: QueueSnapshot.LaneState] = [:]
    for lane in Lane.allCases {
      let messages = lanes[lane, default: []]
      states[lane] = QueueSnapshot.LaneState(length: messages.count, oldest: messages.first.map(Self.oldest))
    }
    return QueueSnapshot(
      lanes: states, inFlight: leases.count, scheduled: schedule.count, dead: dead.count, sentTotal: sent)
  }

  private static func oldest(_ message: Message) -> Timestamp {
    let root = try? JSONDocument(parsing: message.payload).root
    let times = ["proxima_tentativa", "criado_em"].compactMap { root?[$0]?.string.flatMap(Timestamp.init(rfc3339:)) }
    return times.first ?? message.enqueued
  }

  private mutating func bury(_ held: Held, _ cause: DeadLetterCause, now: Timestamp) -> Int {
    dead.append(
      DeadLetter(
        id: held.token.value, lane: held.lane, reason: cause.reason.name, error: cause.error, field: cause.field,
        messageID: cause.messageID, attempts: cause.attempts, diedAt: now, payload: held.message.payload))
    let excess = max(0, dead.count - deadLetterLimit)
    dead.removeFirst(excess)
    return excess
  }
}
