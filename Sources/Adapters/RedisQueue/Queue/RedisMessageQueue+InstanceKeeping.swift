package import Delivery
package import Messaging
internal import Redis
internal import Time

extension RedisMessageQueue: InstanceKeeping {
  /// How many stopped instances one process looks at in one round.
  private static let looksPerRound = 50

  /// What the hash of limits holds.
  package func limitDocuments() async throws(QueueError) -> [String: [UInt8]] {
    try await connection.serving(keys) { () async throws(RedisError) in
      let elements = try await connection.send(RedisCommand("HGETALL", keys.limits)).requireElements()
      var documents: [String: [UInt8]] = [:]
      for position in stride(from: 0, to: elements.count - 1, by: 2) {
        guard let name = elements[position].text, let document = elements[position + 1].bytes else { continue }
        documents[name] = document
      }
      return documents
    }
  }

  /// Lets an instance be tried at once.
  package func reconsider(_ instance: InstanceName, pacedBy interval: Duration?) async throws(QueueError) {
    var call = ScriptCall(.reconsider, keys: keys.instanceQueues)
    call.append(keys.queuePrefix)
    call.append(instance.value)
    call.append(interval.map { String($0.wholeMilliseconds) } ?? "")
    try await connection.serving(keys) { () async throws(RedisError) in _ = try await connection.run(call) }
  }

  /// Takes stopped instances to be looked at, 50 at most.
  package func stoppedInstances(lookedAtBefore age: Duration) async throws(QueueError) -> [StoppedInstance] {
    var call = ScriptCall(.takeLooks, keys: [keys.health, keys.looks])
    call.append(age.wholeMilliseconds)
    call.append(Self.looksPerRound)
    return try await connection.serving(keys) { () async throws(RedisError) in
      let elements = try await connection.run(call).requireElements()
      return stride(from: 0, to: elements.count - 1, by: 2).compactMap { position in
        guard let instance = elements[position].text.flatMap(InstanceName.init) else { return nil }
        let last = elements[position + 1].text.flatMap(InstanceConnection.init(rawValue:))
        return StoppedInstance(instance: instance, lastConnection: last)
      }
    }
  }

  /// Keeps what a look at an instance gave.
  package func note(_ connection: InstanceConnection?, of instance: InstanceName) async throws(QueueError) {
    var call = ScriptCall(.noteLook, keys: [keys.health, keys.looks])
    call.append(instance.value)
    call.append((connection ?? .unknown).rawValue)
    let redis = self.connection
    try await redis.serving(keys) { () async throws(RedisError) in _ = try await redis.run(call) }
  }
}
