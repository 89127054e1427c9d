internal import Delivery
internal import Messaging
internal import Redis
internal import Time

/// What the script says that reserves messages.
struct ReservationReply {
  private let elements: [RedisReply]
  private let recoveries: [RedisReply]
  private let payloads: [RedisReply]
  private let range: LeaseNumbering.Range
  private let numbering: LeaseNumbering
  private let now: Timestamp?

  init(
    _ reply: RedisReply, numbered range: LeaseNumbering.Range, by numbering: LeaseNumbering, at now: Timestamp?
  ) throws(RedisError) {
    elements = try reply.requireElements(atLeast: 10)
    recoveries = try elements[1].requireElements()
    payloads = try elements[2].requireElements(atLeast: recoveries.count)
    self.range = range
    self.numbering = numbering
    self.now = now
  }

  func reservation() throws(RedisError) -> Reservation {
    let wait = try elements[5].requireInteger()
    return Reservation(
      leases: try elements[6].requireElements().isEmpty ? leasesOfLanes() : sortedLeases(),
      oversized: try elements[3].requireInteger(), needsSorting: try elements[4].requireInteger() == 1,
      nextDue: wait < 0 ? nil : .milliseconds(wait))
  }

  /// Those that came from the lanes themselves, told by how many came from each.
  private func leasesOfLanes() throws(RedisError) -> [Lease] {
    var leases: [Lease] = []
    leases.reserveCapacity(payloads.count)
    let counts = try elements[0].requireElements()
    for (lane, count) in zip(Lane.allCases, counts) {
      let end = leases.count + (try count.requireInteger())
      guard end >= leases.count, end <= recoveries.count else { throw Self.mismatch }
      for index in leases.count..<end { leases.append(try lease(index, of: lane, from: nil)) }
    }
    guard leases.count == recoveries.count else { throw Self.mismatch }
    return leases
  }

  private func sortedLeases() throws(RedisError) -> [Lease] {
    let lanes = try elements[6].requireElements(atLeast: recoveries.count)
    let groups = try elements[7].requireElements(atLeast: recoveries.count)
    let guards = try elements[8].requireElements(atLeast: recoveries.count)
    let beginnings = try elements[9].requireElements(atLeast: recoveries.count)
    var leases: [Lease] = []
    leases.reserveCapacity(payloads.count)
    for index in recoveries.indices {
      let position = try lanes[index].requireInteger() - 1
      guard Lane.allCases.indices.contains(position) else { throw Self.mismatch }
      let since = Timestamp(milliseconds: try beginnings[index].requireInteger())
      let origin = Lease.Origin(
        group: try groups[index].expect("a group", groups[index].bytes.map { String(decoding: $0, as: UTF8.self) }),
        isGuarded: try guards[index].requireInteger() == 1, since: since,
        waited: now.map { max(.zero, $0.since(since)) })
      leases.append(try lease(index, of: Lane.allCases[position], from: origin))
    }
    return leases
  }

  private func lease(_ index: Int, of lane: Lane, from origin: Lease.Origin?) throws(RedisError) -> Lease {
    Lease(
      token: Lease.Token(numbering.token(range.first + index, of: range)), lane: lane,
      recoveries: try recoveries[index].requireInteger(),
      payload: try payloads[index].expect("a payload", payloads[index].bytes), origin: origin)
  }

  private static let mismatch = RedisError.unexpectedReply("a reservation whose counts do not match")
}
