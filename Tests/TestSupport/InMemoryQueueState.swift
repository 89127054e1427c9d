internal import Delivery
internal import JSON
internal import Messaging
internal import Time

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
  var deadLetterLimit: Int
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
  var writeFault: QueueError?
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

  mutating func reserve(upTo limit: Int, bytes: Int, now: Timestamp) throws(QueueError) -> Reservation {
    guard limit > 0, bytes > 0 else { return Reservation() }
    let free = deadLetterLimit - dead.count - leases.count
    guard free > 0 else { throw .full(dead: dead.count, limit: deadLetterLimit) }
    var taken = Reservation()
    var room = bytes
    for lane in Lane.allCases {
      while taken.leases.count + taken.oversized < min(limit, free), room > 0, let message = next(of: lane) {
        lastToken += 1
        let token = Lease.Token("memory-\(lastToken)")
        let held = Held(token: token, lane: lane, message: message, time: now.advanced(by: lease))
        guard message.payload.count <= Messaging.Message.maximumQueuedBytes else {
          let problem = "payload: is over \(Messaging.Message.maximumPayloadBytes) bytes"
          bury(held, DeadLetterCause(reason: .invalidPayload, error: problem, field: "payload"), now: now)
          taken.oversized += 1
          continue
        }
        room -= message.payload.count
        leases.append(held)
        taken.leases.append(Lease(token: token, lane: lane, recoveries: message.recoveries, payload: message.payload))
      }
    }
    return taken
  }

  private mutating func next(of lane: Lane) -> Message? {
    guard let first = lanes[lane, default: []].first else { return nil }
    lanes[lane, default: []].removeFirst()
    return first
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
    case .bury(let cause): bury(held, cause, now: now)
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
    var poisoned = 0
    for var held in expired.reversed() {
      held.message.recoveries += 1
      if held.message.recoveries >= Self.recoveriesOfPoison {
        poisoned += 1
        let error = "recovered \(held.message.recoveries) times without an outcome"
        bury(held, DeadLetterCause(reason: .poison, error: error), now: now)
      } else {
        lanes[held.lane, default: []].insert(held.message, at: 0)
      }
    }
    return Recovery(recovered: expired.count, poisoned: poisoned)
  }

  var snapshot: QueueSnapshot {
    var states: [Lane: QueueSnapshot.LaneState] = [:]
    for lane in Lane.allCases {
      let messages = lanes[lane, default: []]
      states[lane] = QueueSnapshot.LaneState(length: messages.count, oldest: messages.first.map(Self.oldest))
    }
    return QueueSnapshot(
      lanes: states, inFlight: leases.count, scheduled: schedule.count, dead: dead.count, sentTotal: sent,
      writeFault: writeFault)
  }

  private static func oldest(_ message: Message) -> Timestamp {
    let root = try? JSONDocument(parsing: message.payload).root
    let times = ["proxima_tentativa", "criado_em"].compactMap { root?[$0]?.string.flatMap(Timestamp.init(rfc3339:)) }
    return times.first ?? message.enqueued
  }

  private mutating func bury(_ held: Held, _ cause: DeadLetterCause, now: Timestamp) {
    dead.append(
      DeadLetter(
        id: held.token.value, lane: held.lane, reason: cause.reason.name, error: cause.error, field: cause.field,
        messageID: cause.messageID, instance: cause.instance, attempts: cause.attempts, diedAt: now,
        payload: held.message.payload))
  }
}
