package import Delivery
package import Operations
package import Redis

/// Looks at start whether a server can keep the queue's promises.
package struct ServerCheck: Sendable {
  private let connection: RedisConnection

  /// A check over a connection.
  package init(over connection: RedisConnection) { self.connection = connection }

  /// What an operator should know; empty when all is well.
  ///
  /// - Throws: ``QueueError/refused(_:)`` for a server that is too old, and the errors of the connection.
  package func warnings() async throws(QueueError) -> [StoreWarning] {
    let reply: RedisReply
    do throws(RedisError) { reply = try await connection.send(RedisCommand("INFO")) } catch { throw QueueError(error) }
    guard let text = reply.text else {
      let problem = "Redis does not let this user ask INFO: its version, memory policy and persistence were not checked"
      return [StoreWarning(problem: problem)]
    }
    return try Self.warnings(about: Self.fields(of: text))
  }

  /// Judges what `INFO` says.
  static func warnings(about info: [String: String]) throws(QueueError) -> [StoreWarning] {
    if let version = info["redis_version"], isTooOld(version) {
      throw .refused("Redis \(version) is too old: 6.2 or newer is needed")
    }
    var warnings: [StoreWarning] = []
    if let policy = info["maxmemory_policy"], policy != "noeviction" {
      warnings.append(
        StoreWarning(
          problem: "maxmemory-policy is \(policy): Redis may evict the queue itself",
          fix: "set maxmemory-policy noeviction"))
    }
    if info["aof_enabled"] == "0", info["connected_slaves"] == "0", info["role"] != "slave" {
      warnings.append(
        StoreWarning(
          problem: "neither an append-only file nor a replica keeps what is queued: a crash of Redis loses messages",
          fix: "set appendonly yes"))
    }
    let missing = ["redis_version", "maxmemory_policy", "aof_enabled"].filter { info[$0] == nil }
    if !missing.isEmpty {
      warnings.append(StoreWarning(problem: "Redis does not tell \(missing.joined(separator: ", ")): not checked"))
    }
    return warnings
  }

  private static func fields(of text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
    }
    return fields
  }

  private static func isTooOld(_ version: String) -> Bool {
    let numbers = version.split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) < (6, 2)
  }
}
