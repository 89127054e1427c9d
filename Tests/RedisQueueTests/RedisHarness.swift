import Delivery
import Logging
import Messaging
import Redis
import TestSupport
import Testing

@testable import RedisQueue

/// A Redis queue under test, with a connection beside it that reaches behind its back.
struct RedisHarness: MessageQueueHarness {
  let redis: RedisMessageQueue
  let connection: RedisConnection
  let keys: RedisKeys
  private let url: RedisURL

  init(
    _ server: RedisServer, prefix: String = "ifinu:", lease: Duration = .seconds(60),
    bound: DeadLetterBound = DeadLetterBound(), timeouts: RedisConnection.Timeouts = .patient,
    recovery: RecoveryTiming = .patient
  ) throws {
    try self.init(
      RedisURL(server.url), prefix: prefix, lease: lease, bound: bound, timeouts: timeouts, recovery: recovery)
  }

  init(
    _ url: RedisURL, prefix: String = "ifinu:", lease: Duration = .seconds(60),
    bound: DeadLetterBound = DeadLetterBound(), timeouts: RedisConnection.Timeouts = .patient,
    recovery: RecoveryTiming = .patient
  ) throws {
    keys = RedisKeys(prefix: prefix)
    self.url = url
    redis = try RedisMessageQueue(
      url: url, keys: keys, lease: lease, deadLetterBound: bound, recovery: recovery, timeouts: timeouts, logger: quiet)
    connection = try RedisConnection(to: url, timeouts: .patient, logger: quiet)
  }

  var queue: any MessageQueue { redis }

  func queue(keepingDeadLetters limit: Int) throws -> any MessageQueue {
    try RedisMessageQueue(
      url: url, keys: keys, lease: .seconds(60), deadLetterBound: DeadLetterBound(count: limit), logger: quiet)
  }

  func limitedQueue() throws -> any MessageQueue {
    try RedisMessageQueue(
      url: url, keys: keys, lease: .seconds(60), routing: Routing(limitsAll: true), recovery: .patient, logger: quiet)
  }

  func push(_ payloads: [[UInt8]], to lane: Lane) async throws {
    try await RedisProducer(over: connection, keys: keys).enqueue(payloads, to: lane)
  }

  func expireLeases() async throws { try await shift(keys.inFlight) }

  func makeScheduledDue() async throws { try await shift(keys.scheduled) }

  func deadLetters() async throws -> [DeadLetter] {
    try await RedisDeadLetters(over: connection, keys: keys).list(.oldestFirst, limit: 1000)
  }

  /// A lane's raw contents, the next to be taken first.
  func contents(of lane: Lane) async throws -> [String] {
    let reply = try await connection.send(RedisCommand("LRANGE", keys.lane(lane), "0", "-1"))
    return try reply.requireElements().reversed().map { $0.text ?? "" }
  }

  /// Asks until there is an answer: where time-outs are short, a busy machine may be too slow for one.
  func answered<Value>(_ ask: () async throws -> Value) async throws -> Value {
    var value: Value?
    try await eventually("an answer") {
      value = try? await ask()
      return value != nil
    }
    return try #require(value)
  }

  /// Sends a command and gives its reply.
  @discardableResult
  func ask(_ words: String...) async throws -> RedisReply {
    var command = RedisCommand()
    for word in words { command.append(word) }
    return try await connection.send(command)
  }

  /// How many commands the server has carried out; calls inside scripts count.
  func commandCount() async throws -> Int {
    let text = try await ask("INFO", "stats").text ?? ""
    let line = try #require(text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_commands_processed:") })
    return try #require(Int(line.drop { $0 != ":" }.dropFirst()))
  }

  /// Moves all times of a sorted set far into the past, their order kept.
  private func shift(_ key: String) async throws {
    let script = """
      redis.call('ZREM', KEYS[1], '')
      for _, token in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
        redis.call('ZINCRBY', KEYS[1], -10000000000, token)
      end
      """
    let reply = try await ask("EVAL", script, "1", key)
    if case .error(let text) = reply { throw QueueError.refused(text) }
  }
}

extension RecoveryTiming {
  /// Takes no call for late and no silence for long, however busy the machine.
  static var patient: Self {
    var timing = Self(lease: .seconds(60))
    timing.lateness = .patience
    timing.silence = .seconds(86_400)
    return timing
  }

  /// Patient but for the silence.
  static func silence(_ silence: Duration) -> Self {
    var timing = Self.patient
    timing.silence = silence
    return timing
  }
}
