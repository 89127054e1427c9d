internal import Delivery
internal import JSON
internal import Messaging
internal import Time

/// What an in-memory queue holds, and its transitions; no clock, no lock.
struct InMemoryQueueState {
  struct Message {
    var payload: [UInt8]
    var recoveries = 0
    let enqueued: Timestamp
    /// Since when it waits for its instance.
    var waitingSince: Timestamp?
    /// Which reservation it was given back from; nil when it was not.
    var takenAs: Int?
  }

  struct Held {
    let token: Lease.Token
    let lane: Lane
    var message: Message
    /// When the lease expires, or the message is due.
    var time: Timestamp
    var origin: Lease.Origin?
    /// When it began to be sent.
    var begun: Timestamp?

    /// Its place in the order of reservations.
    var number: Int { token.value.split(separator: "-").last.flatMap { Int($0) } ?? 0 }
  }

  static let recoveriesOfPoison = 3
  static let longAgo = Timestamp(milliseconds: 0)

  let lease: Duration
  var deadLetterLimit: Int
  let epoch: Timestamp
  let instances: [String: String]
  var defaultInstance = ""
  var limitsAll = false
  var queues = InMemoryInstanceQueues()
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
  var lastToken = 0

  init(lease: Duration, deadLetterLimit: Int, epoch: Timestamp, instances: [String: String]) {
    self.lease = lease
    self.deadLetterLimit = deadLetterLimit
    self.epoch = epoch
    self.instances = instances
  }

  var hasMessages: Bool { lanes.values.contains { !$0.isEmpty } || !queues.turns.isEmpty }

  mutating func push(_ payload: [UInt8], to lane: Lane, now: Timestamp) {
    lanes[lane, default: []].append(Message(payload: payload, enqueued: now))
  }

  mutating func expireLeases() {
    for index in leases.indices { leases[index].time = Self.longAgo }
  }

  mutating func makeScheduledDue() {
    for index in schedule.indices { schedule[index].time = Self.longAgo }
  }

  mutating func reserve(_ request: ReservationRequest, now: Timestamp) throws(QueueError) -> Reservation {
    guard request.limit > 0, request.bytes > 0 else { return Reservation() }
    let free = deadLetterLimit - dead.count - leases.count
    guard free > 0 else { throw .full(dead: dead.count, limit: deadLetterLimit) }
    var taken = Reservation()
    var room = request.bytes
    let limit = min(request.limit, free)
    guard queues.isSorting || limitsAll || !request.excluded.isEmpty else {
      for lane in Lane.allCases {
        while taken.leases.count + taken.oversized < limit, room > 0, let message = next(of: lane) {
          take(message, of: lane, from: nil, request, into: &taken, &room, now: now)
        }
      }
      taken.needsSorting = lanes.values.contains { $0.count > request.unsortedLimit } && hasSeveralGroups
      return taken
    }
    for (group, time) in queues.blocked where time <= now { place(group, now: now) }
    _ = sort(now: now)
    while taken.leases.count + taken.oversized < limit, room > 0,
      let (group, lanes) = queues.nextTurn(except: Set(request.excluded)),
      let (lane, message) = queues.next(of: group, from: lanes)
    {
      let instance = InMemoryInstanceQueues.instance(of: group)
      let isGuarded = limitsAll || queues.health[instance] != nil
      let origin = Lease.Origin(group: group, isGuarded: isGuarded, since: message.waitingSince ?? now)
      take(message, of: lane, from: origin, request, into: &taken, &room, now: now)
      queues.turns.removeAll { $0 == group }
      if isGuarded, let token = taken.leases.last?.token {
        if queues.health[instance] != nil {
          queues.health[instance]?.begin(trial: token)
        } else {
          queues.pacing[instance, default: .init()].due = now.advanced(by: .seconds(5))
        }
      }
      place(group, now: now)
    }
    let nextDue = queues.blocked.values.min().flatMap { $0.nanoseconds == .max ? nil : $0.since(now) }
    if taken.leases.isEmpty { taken.nextDue = nextDue.map { max(.milliseconds(1), $0) } }
    return taken
  }

  private mutating func take(
    _ message: Message, of lane: Lane, from origin: Lease.Origin?, _ request: ReservationRequest,
    into taken: inout Reservation, _ room: inout Int, now: Timestamp
  ) {
    lastToken += 1
    let token = Lease.Token("memory-\(lastToken)")
    let held = Held(
      token: token, lane: lane, message: message, time: now.advanced(by: lease), origin: origin,
      begun: request.beginsAtOnce ? now : nil)
    guard message.payload.count <= Messaging.Message.maximumQueuedBytes else {
      let problem = "payload: is over \(Messaging.Message.maximumPayloadBytes) bytes"
      bury(held, DeadLetterCause(reason: .invalidPayload, error: problem, field: "payload"), now: now)
      taken.oversized += 1
      return
    }
    room -= message.payload.count
    leases.append(held)
    taken.leases.append(
      Lease(token: token, lane: lane, recoveries: message.recoveries, payload: message.payload, origin: origin))
  }

  private func group(of payload: [UInt8]) -> String {
    InMemoryInstanceQueues.group(of: payload, instances: instances, defaultInstance: defaultInstance)
  }

  private var hasSeveralGroups: Bool { Set(lanes.values.joined().map { group(of: $0.payload) }).count > 1 }

  mutating func place(_ group: String, now: Timestamp) {
    let held = Set(leases.map(\.token))
    queues.place(group, now: now) { held.contains($0) }
  }

  /// Sorts all that waits in the lanes, if that is of use.
  mutating func sort(now: Timestamp) -> Bool {
    guard queues.isSorting || limitsAll || hasSeveralGroups else { return false }
    for lane in Lane.allCases {
      for var message in lanes[lane, default: []] {
        message.waitingSince = now
        let group = group(of: message.payload)
        queues.append(message, to: group, lane)
        place(group, now: now)
      }
      lanes[lane] = []
    }
    return false
  }

  private mutating func next(of lane: Lane) -> Message? {
    guard let first = lanes[lane, default: []].first else { return nil }
    lanes[lane, default: []].removeFirst()
    return first
  }

  mutating func settle(_ lease: Lease, as settlement: Settlement, now: Timestamp) -> SettlementOutcome {
    guard let index = leases.firstIndex(where: { $0.token == lease.token }) else {
      return SettlementOutcome(wasHeld: false)
    }
    var held = leases.remove(at: index)
    var changedHealth = false
    switch settlement {
    case .acknowledge: sent += 1
    case .discard: break
    case .retry(let payload, let delay):
      held.message = Message(payload: payload, enqueued: held.message.enqueued)
      held.time = now.advanced(by: max(.zero, delay))
      let place = schedule.firstIndex { $0.time > held.time } ?? schedule.endIndex
      schedule.insert(held, at: place)
    case .bury(let cause): bury(held, cause, now: now)
    case .release: giveBack(held, now: now)
    case .park(let stop):
      held.message.waitingSince = held.origin?.since ?? now
      queues.giveBack(held.message, to: stop.instance.value, held.lane, takenAs: held.number)
      changedHealth = queues.health[stop.instance.value, default: .healthy].fail(held.token, stop, at: now)
      if let next = queues.pacing[stop.instance.value]?.next { queues.pacing[stop.instance.value]?.due = next }
      for name in Set([stop.instance.value, held.origin?.group ?? stop.instance.value]) { place(name, now: now) }
    case .file(let filing):
      held.message.waitingSince = now
      queues.append(held.message, to: filing.group, held.lane)
      if let apart = filing.apart {
        queues.turns.removeAll { $0 == filing.group }
        queues.blocked[filing.group] = now.advanced(by: apart.delay)
      } else {
        place(filing.group, now: now)
      }
    }
    guard let origin = held.origin, origin.isGuarded else {
      return SettlementOutcome(wasHeld: true, changedHealth: changedHealth)
    }
    if case .park = settlement { return SettlementOutcome(wasHeld: true, changedHealth: changedHealth) }
    return free(held, origin, isSent: { if case .acknowledge = settlement { true } else { false } }(), lease, now: now)
  }

  /// Lets an instance go on after a message of its.
  private mutating func free(
    _ held: Held, _ origin: Lease.Origin, isSent: Bool, _ lease: Lease, now: Timestamp
  ) -> SettlementOutcome {
    let instance = String(origin.instance)
    let hasOpened = isSent && queues.health[instance]?.succeed() == true
    if hasOpened { queues.health[instance] = nil }
    if var pacing = queues.pacing[instance] {
      pacing.tokens.removeAll { $0 == held.token }
      if isSent {
        pacing.sent += 1
        pacing.firstDay = pacing.firstDay ?? pacing.day
      }
      pacing.due = pacing.next
      if let start = lease.start, let cap = start.cap(firstDay: pacing.firstDay),
        pacing.sent + pacing.tokens.count >= cap
      {
        pacing.due = max(pacing.due, start.nextDay)
      }
      queues.pacing[instance] = pacing
    }
    for name in Set([instance, origin.group]) { place(name, now: now) }
    return SettlementOutcome(
      wasHeld: true, goesOnAfter: queues.turns.contains(origin.group) ? .zero : nil, changedHealth: hasOpened)
  }

  private mutating func giveBack(_ held: Held, now: Timestamp) {
    var message = held.message
    guard queues.isSorting else { return lanes[held.lane, default: []].insert(message, at: 0) }
    message.waitingSince = now
    let group = group(of: message.payload)
    queues.giveBack(message, to: group, held.lane, takenAs: held.number)
    place(group, now: now)
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
    var (poisoned, uncertain) = (0, 0)
    for var held in expired.reversed() {
      held.message.recoveries += 1
      if let begun = held.begun { held.message.payload = Self.markedUncertain(held.message.payload, since: begun) }
      if held.message.recoveries >= Self.recoveriesOfPoison {
        if Self.isUncertain(held.message.payload) { uncertain += 1 } else { poisoned += 1 }
        let error = "recovered \(held.message.recoveries) times without an outcome"
        let reason = Self.isUncertain(held.message.payload) ? DeathReason.uncertain : .poison
        bury(held, DeadLetterCause(reason: reason, error: error), now: now)
      } else {
        giveBack(held, now: now)
      }
    }
    return Recovery(recovered: expired.count, poisoned: poisoned, uncertain: uncertain)
  }

  private static func isUncertain(_ payload: [UInt8]) -> Bool {
    (try? JSONDocument(parsing: payload))?.root["incerta_desde"] != nil
  }

  private static func markedUncertain(_ payload: [UInt8], since: Timestamp) -> [UInt8] {
    guard let brace = payload.firstIndex(of: UInt8(ascii: "{")),
      payload.dropFirst(brace + 1).first == UInt8(ascii: "\""),
      !isUncertain(payload)
    else { return payload }
    let member = Array("\"incerta_desde\":\(since.nanoseconds / 1_000_000),".utf8)
    return Array(payload[...brace]) + member + payload[(brace + 1)...]
  }

  var snapshot: QueueSnapshot {
    var states: [Lane: QueueSnapshot.LaneState] = [:]
    for lane in Lane.allCases {
      let messages = lanes[lane, default: []]
      let first = queues.turns.lazy.compactMap { queues.waiting[$0]?[lane]?.first }.first ?? messages.first
      states[lane] = QueueSnapshot.LaneState(
        length: messages.count + queues.length(of: lane), oldest: first.map(Self.oldest))
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

  mutating func bury(_ held: Held, _ cause: DeadLetterCause, now: Timestamp) {
    dead.append(
      DeadLetter(
        id: held.token.value, lane: held.lane, reason: cause.reason.name, error: cause.error, field: cause.field,
        messageID: cause.messageID, instance: cause.instance, attempts: cause.attempts, diedAt: now,
        payload: held.message.payload))
  }
}
