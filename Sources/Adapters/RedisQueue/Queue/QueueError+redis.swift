internal import Delivery
internal import Redis

extension QueueError {
  /// What a failure of Redis means for the queue's users.
  init(_ error: RedisError) {
    self =
      switch error {
      case .unavailable(let cause): .unavailable(cause)
      case .interrupted(let cause): .interrupted(cause)
      case .denied(let cause): .denied(cause)
      case .unexpectedReply(let cause): .refused(cause)
      case .server(let reply): QueueError(reply)
      }
  }

  private init(_ reply: ErrorReply) {
    let message = reply.message
    self = reply.isTransient ? .unavailable(message) : reply.isDenial ? .denied(message) : .refused(message)
  }
}

extension RedisConnection {
  /// Carries an operation on the queue's keys out.
  ///
  /// - Throws: ``QueueError`` for what the operation failed with.
  func serving<Value>(
    _ keys: RedisKeys, _ operation: () async throws(RedisError) -> Value
  ) async throws(QueueError) -> Value {
    do throws(RedisError) {
      return try await operation()
    } catch {
      throw await explained(error, by: keys)
    }
  }

  /// The error for the queue's users. When a key of another type was in the way it names the key and the fix: Redis
  /// itself does not say which key it was.
  func explained(_ error: RedisError, by keys: RedisKeys) async -> QueueError {
    guard case .server(let reply) = error, reply.isWrongType,
      let replies = try? await pipeline(keys.types.map { RedisCommand("TYPE", $0.key) })
    else { return QueueError(error) }
    for (expected, reply) in zip(keys.types, replies) {
      guard let type = reply.text, type != "none", type != expected.type else { continue }
      return .refused("the key \(expected.key) holds a \(type) where a \(expected.type) belongs: rename or delete it")
    }
    return QueueError(error)
  }
}
