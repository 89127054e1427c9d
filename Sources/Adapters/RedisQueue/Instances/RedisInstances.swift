package import Delivery
package import Messaging
package import Operations
package import Redis
internal import Time

/// What is known of instances in Redis, for people. No step takes Redis more than a moment, however many there are.
package struct RedisInstances: InstanceStore {
  static let lineFeed = UInt8(ascii: "\n")
  private static let groupsPerCall = 250

  let connection: RedisConnection
  let keys: RedisKeys

  var scan: Scan { Scan(connection: connection) }

  /// The instances under some keys.
  package init(over connection: RedisConnection, keys: RedisKeys) {
    self.connection = connection
    self.keys = keys
  }

  /// What is known of all instances.
  package func survey() async throws(QueueError) -> InstanceSurvey {
    try await connection.serving(keys) { () async throws(RedisError) in
      var survey = InstanceSurvey(time: try await time())
      var groups = try await groups()
      var limits: [[UInt8]: [UInt8]] = [:]
      // Of what moves between the two sets meanwhile, the instances' own names are kept here as well.
      for key in [keys.health, keys.pacing] {
        try await scan.hash(key) { pairs throws(RedisError) in groups.formUnion(pairs.map(\.name)) }
      }
      try await scan.hash(keys.limits) { pairs throws(RedisError) in
        for pair in pairs { limits[pair.name] = pair.value }
      }
      for group in groups where group.contains(Self.lineFeed) {
        groups.insert(Array(group.prefix { $0 != Self.lineFeed }))
      }
      try await fill(&survey, from: Array(groups), limits: limits, withOldest: false)
      try await addUnsorted(to: &survey)
      return survey
    }
  }

  /// What is known of one instance.
  package func record(of name: InstanceName) async throws(QueueError) -> InstanceSurvey {
    try await connection.serving(keys) { () async throws(RedisError) in
      var survey = InstanceSurvey(time: try await time())
      let document = try await connection.send(RedisCommand("HGET", keys.limits, name.value))
      let own = Array(name.value.utf8)
      let groups = [own] + (try await subgroups(of: name, in: [keys.turns, keys.blocked])).map(\.group)
      try await fill(
        &survey, from: groups, limits: document.bytes.map { [own: $0] } ?? [:], withOldest: true)
      if survey.records.isEmpty { survey.records = [InstanceRecord(name: name.value)] }
      return survey
    }
  }

  /// What people and programs have written down for instances.
  package func writings() async throws(QueueError) -> InstanceWritings {
    try await connection.serving(keys) { () async throws(RedisError) in
      var written = InstanceWritings()
      try await scan.hash(keys.limits) { pairs throws(RedisError) in
        written.limits += pairs.map { (String(decoding: $0.name, as: UTF8.self), $0.value) }
      }
      try await scan.hash(keys.instances) { pairs throws(RedisError) in
        written.unusablePins += pairs.count {
          String(validating: $0.value, as: UTF8.self).flatMap { InstanceName($0) } == nil
        }
      }
      return written
    }
  }

  /// Adds what is in the lanes themselves: where a lane was read and found to hold one instance's messages only, to those.
  private func addUnsorted(to survey: inout InstanceSurvey) async throws(RedisError) {
    for lane in Lane.allCases {
      let replies = try await connection.pipeline([
        RedisCommand("LLEN", keys.lane(lane)),
        RedisCommand("HMGET", keys.sorted, "\(lane.name):visto", "\(lane.name):grupo"),
      ])
      // What is no list is passed over, as those do who take messages; `ifinu status` names it.
      let length = replies[0].integer ?? 0
      let reading = try replies[1].requireElements(atLeast: 2)
      var read = min(length, reading[0].text.flatMap { Int($0) } ?? 0)
      if read > 0, let name = reading[1].text, InstanceName(name) != nil {
        let place = survey.records.firstIndex { $0.name == name } ?? survey.records.endIndex
        if place == survey.records.endIndex { survey.records.append(InstanceRecord(name: name)) }
        survey.records[place].queues.append(InstanceRecord.Queue(waiting: [lane: read], turn: .next))
      } else {
        read = 0
      }
      survey.unsorted += length - read
    }
  }

  /// The server's time.
  private func time() async throws(RedisError) -> Timestamp {
    let parts = try await connection.send(RedisCommand("TIME")).requireElements(atLeast: 2)
    let seconds = try parts[0].expect("a time", parts[0].text.flatMap { Int($0) })
    let microseconds = try parts[1].expect("a time", parts[1].text.flatMap { Int($0) })
    return Timestamp(milliseconds: seconds * 1000 + microseconds / 1000)
  }

  /// Every group in which something waits.
  func groups() async throws(RedisError) -> Set<[UInt8]> {
    var groups: Set<[UInt8]> = []
    // In this order what is taken meanwhile, and so blocked, is found.
    for key in [keys.turns, keys.blocked] {
      try await scan.sortedSet(key) { pairs throws(RedisError) in groups.formUnion(pairs.map(\.name)) }
    }
    return groups
  }

  /// The groups that wait apart from an instance's other messages, with their scores.
  func subgroups(
    of name: InstanceName, in sets: [String]
  ) async throws(RedisError) -> [(group: [UInt8], score: Double)] {
    var scores: [[UInt8]: Double] = [:]
    let prefix = Array(name.value.utf8) + [Self.lineFeed]
    for key in sets {
      try await scan.sortedSet(key, of: prefix) { pairs throws(RedisError) in
        for (group, score) in pairs { scores[group] = Double(String(decoding: score, as: UTF8.self)) ?? 0 }
      }
    }
    return scores.map { ($0.key, $0.value) }
  }

  private func fill(
    _ survey: inout InstanceSurvey, from groups: [[UInt8]], limits: [[UInt8]: [UInt8]], withOldest: Bool
  ) async throws(RedisError) {
    var records: [[UInt8]: InstanceRecord] = [:]
    for start in stride(from: 0, to: groups.count, by: Self.groupsPerCall) {
      let batch = groups[start..<min(start + Self.groupsPerCall, groups.count)]
      var call = ScriptCall(.inspectGroups, keys: keys.instanceQueues)
      call.append(keys.queuePrefix)
      call.append(withOldest ? 1 : 0)
      for group in batch { call.append(group) }
      let replies = try await connection.run(call).requireElements(atLeast: batch.count)
      for (group, reply) in zip(batch, replies) {
        let found = try GroupRecord(group, reply)
        guard !found.instance.isEmpty else {
          survey.unassignedTenants += found.queue == nil || group.isEmpty ? 0 : 1
          survey.unassigned += found.queue?.count ?? 0
          continue
        }
        let name = String(decoding: found.instance, as: UTF8.self)
        var record = records[found.instance] ?? InstanceRecord(name: name)
        record.stop = record.stop ?? found.stop
        record.pace = record.pace ?? found.pace
        if let queue = found.queue { record.queues.append(queue) }
        records[found.instance] = record
      }
    }
    for (name, document) in limits { records[name]?.limits = document }
    survey.records = records.values.filter { withOldest || $0.stop != nil || $0.pace != nil || !$0.queues.isEmpty }
  }
}
