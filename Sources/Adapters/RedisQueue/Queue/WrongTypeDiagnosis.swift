internal import Delivery

extension RedisConnection {
  /// The same error; or, when a key of another type was in the way, one that names the key and the fix: Redis itself
  /// does not say which key it was.
  func explained(_ error: QueueError, by keys: RedisKeys) async -> QueueError {
    guard case .refused(let words) = error, ErrorReply(words).isWrongType,
      let replies = try? await pipeline(keys.types.map { RedisCommand("TYPE", $0.key) })
    else { return error }
    for (expected, reply) in zip(keys.types, replies) {
      guard let type = reply.text, type != "none", type != expected.type else { continue }
      return .refused("the key \(expected.key) holds a \(type) where a \(expected.type) belongs: rename or delete it")
    }
    return error
  }
}
