package import Delivery
package import Messaging
package import Operations
internal import Redis

extension RedisInstances {
  private static let namesPerCall = 250

  /// Stops an instance until it is resumed.
  package func pause(_ name: InstanceName) async throws(QueueError) -> InstanceStoppage? {
    try await connection.serving(keys) { () async throws(RedisError) in
      let (before, _) = try await change(name, by: .pause)
      try await place(try await subgroups(of: name, in: [keys.turns]).map(\.group))
      return before
    }
  }

  /// Ends an instance's pause or stop.
  package func resume(_ name: InstanceName) async throws(QueueError) -> InstanceStoppage? {
    try await letGo(name, asTrial: false)
  }

  /// Lets a stopped instance try its next message now.
  package func retry(_ name: InstanceName) async throws(QueueError) -> Bool {
    try await letGo(name, asTrial: true) == .stop
  }

  /// Drops what the directory's cache has of the tenants of an instance.
  package func forgetTenants(of name: InstanceName) async throws(QueueError) -> Int {
    try await connection.serving(keys) { () async throws(RedisError) in
      var fields: [[UInt8]] = []
      try await scan.hash(keys.directory) { pairs throws(RedisError) in
        fields += pairs.filter { Self.instance(inCache: $0.value).elementsEqual(name.value.utf8) }.map(\.name)
      }
      var count = 0
      for start in stride(from: 0, to: fields.count, by: Self.namesPerCall) {
        var command = RedisCommand("HDEL", keys.directory)
        for field in fields[start..<min(start + Self.namesPerCall, fields.count)] { command.append(field) }
        count += try await connection.send(command).requireInteger()
      }
      return count
    }
  }

  /// Drops what the directory's cache has of one tenant, and lets the messages go on that wait for it.
  package func forget(_ tenant: TenantID) async throws(QueueError) -> Bool {
    try await connection.serving(keys) { () async throws(RedisError) in
      var command = RedisCommand("HDEL", keys.directory)
      for spelling in tenant.spellings { command.append(spelling) }
      let count = try await connection.send(command).requireInteger()
      try await place(tenant.spellings.map { [Self.lineFeed] + Array($0.utf8) })
      return count > 0
    }
  }

  /// How many tenants somebody has pinned to an instance, and how many the directory's cache has on it.
  package func tenants(of name: InstanceName) async throws(QueueError) -> (pinned: Int, cached: Int) {
    try await connection.serving(keys) { () async throws(RedisError) in
      var (pinned, cached) = (0, 0)
      try await scan.hash(keys.instances) { pairs throws(RedisError) in
        pinned += pairs.count { $0.value.elementsEqual(name.value.utf8) }
      }
      try await scan.hash(keys.directory) { pairs throws(RedisError) in
        cached += pairs.count { Self.instance(inCache: $0.value).elementsEqual(name.value.utf8) }
      }
      return (pinned, cached)
    }
  }

  /// Every name of an instance that is written down anywhere.
  package func names() async throws(QueueError) -> [String] {
    try await connection.serving(keys) { () async throws(RedisError) in
      var names = Set(try await groups().map { Array($0.prefix { $0 != Self.lineFeed }) })
      for key in [keys.health, keys.pacing, keys.limits, keys.shards] {
        try await scan.hash(key) { pairs throws(RedisError) in names.formUnion(pairs.map(\.name)) }
      }
      try await scan.hash(keys.instances) { pairs throws(RedisError) in names.formUnion(pairs.map(\.value)) }
      try await scan.hash(keys.directory) { pairs throws(RedisError) in
        names.formUnion(pairs.map { Array(Self.instance(inCache: $0.value)) })
      }
      return names.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private func letGo(_ name: InstanceName, asTrial isTrial: Bool) async throws(QueueError) -> InstanceStoppage? {
    try await connection.serving(keys) { () async throws(RedisError) in
      let (before, until) = try await change(name, by: .resume, argument: isTrial ? 1 : 0)
      guard before != nil else { return nil }
      // Those that waited for it and not for a time of their own.
      let waiting = try await subgroups(of: name, in: [keys.blocked]).filter {
        $0.score == until || $0.score == .infinity
      }
      try await place(waiting.map(\.group))
      return before
    }
  }

  private func change(
    _ name: InstanceName, by script: RedisScript, argument: Int? = nil
  ) async throws(RedisError) -> (before: InstanceStoppage?, until: Double) {
    var call = ScriptCall(script, keys: keys.instanceQueues)
    call.append(keys.queuePrefix)
    call.append(name.value)
    if let argument { call.append(argument) }
    let reply = try await connection.run(call).requireElements(atLeast: 2)
    let state = try reply[0].expect("a state", reply[0].text)
    let until = try reply[1].expect("a time", reply[1].text.flatMap(Double.init))
    return (state.isEmpty ? nil : state == WaitReason.paused.rawValue ? .pause : .stop, until)
  }

  private func place(_ groups: [[UInt8]]) async throws(RedisError) {
    for start in stride(from: 0, to: groups.count, by: Self.namesPerCall) {
      var call = ScriptCall(.placeGroups, keys: keys.instanceQueues)
      call.append(keys.queuePrefix)
      for group in groups[start..<min(start + Self.namesPerCall, groups.count)] { call.append(group) }
      _ = try await connection.run(call)
    }
  }

  /// The instance in an entry of the directory's cache, `<until in ms>|<instance>`.
  private static func instance(inCache value: [UInt8]) -> ArraySlice<UInt8> {
    value.drop { $0 != UInt8(ascii: "|") }.dropFirst()
  }
}
