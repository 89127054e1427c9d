package import Delivery
package import Messaging
internal import Operations
package import Redis

/// Puts messages into lanes, as any producer may.
package struct RedisProducer: MessageProducer {
  private static let bytesPerCommand = 1 << 20
  private static let messagesPerCommand = 1000

  private let connection: RedisConnection
  private let keys: RedisKeys

  /// A producer over a connection.
  package init(over connection: RedisConnection, keys: RedisKeys) {
    self.connection = connection
    self.keys = keys
  }

  /// Appends messages to a lane, in order, as one pipeline of few commands.
  ///
  /// - Throws: ``QueueError``; unless it is ``QueueError/unavailable(_:)``, the first of the messages may be in the lane.
  package func enqueue(_ payloads: [[UInt8]], to lane: Lane) async throws(QueueError) {
    try await connection.serving(keys) { () async throws(RedisError) in
      for reply in try await connection.pipeline(commands(for: payloads, key: keys.lane(lane))) {
        _ = try reply.requireInteger()
      }
    }
  }

  private func commands(for payloads: [[UInt8]], key: String) -> [RedisCommand] {
    var commands: [RedisCommand] = []
    var (bytes, messages) = (Int.max / 2, 0)
    for payload in payloads {
      if bytes + payload.count > Self.bytesPerCommand || messages == Self.messagesPerCommand {
        commands.append(RedisCommand("LPUSH", key))
        (bytes, messages) = (0, 0)
      }
      commands[commands.count - 1].append(payload)
      bytes += payload.count
      messages += 1
    }
    return commands
  }
}
