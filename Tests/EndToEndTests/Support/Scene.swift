import Delivery
import EvolutionSandbox
import Foundation
import JSON
import Logging
import Messaging
import Redis
import RedisQueue
import Synchronization
import TestSupport
import Testing

/// A Redis and a sandbox, and the program between them, for the time of one test.
final class Scene: Sendable {
  /// Evolution's key, which no log may show.
  static let apiKey = "chave-muito-secreta"

  let redis: RedisServer
  let sandbox: EvolutionSandbox
  private let queue: RedisMessageQueue
  private let connection: RedisConnection
  private let keys = RedisKeys()
  private let settings: [String: String]
  private let workers = Mutex<[WorkerProcess]>([])

  init(_ redis: RedisServer, _ sandbox: EvolutionSandbox, settings: [String: String]) throws {
    self.redis = redis
    self.sandbox = sandbox
    let url = try RedisURL(redis.url)
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var timeouts = RedisConnection.Timeouts()
    timeouts.connect = .patience
    timeouts.command = .patience
    queue = try RedisMessageQueue(url: url, keys: keys, lease: .seconds(60), timeouts: timeouts, logger: quiet)
    connection = try RedisConnection(to: url, timeouts: timeouts, logger: quiet)
    self.settings = [
      "IFINU_REDIS_URL": redis.url, "IFINU_EVOLUTION_URL": "http://127.0.0.1:\(sandbox.port)",
      "IFINU_EVOLUTION_API_KEY": Self.apiKey, "IFINU_EVOLUTION_INSTANCE": "loja", "IFINU_RATE": "0",
      "IFINU_WORKERS": "20", "IFINU_HTTP_ADDRESS": "127.0.0.1:0",
    ].merging(settings) { $1 }
  }

  /// Starts a worker, which is gone at the end of the test at the latest.
  func startWorker(_ more: [String: String] = [:]) async throws -> WorkerProcess {
    let worker = try await WorkerProcess.start(environment: Program.environment(settings.merging(more) { $1 }))
    workers.withLock { $0.append(worker) }
    return worker
  }

  /// Starts the program with a command.
  func start(_ arguments: String..., with more: [String: String] = [:]) async throws -> ChildProcess {
    try await Program.start(arguments, settings.merging(more) { $1 })
  }

  /// Runs a command to its end.
  func run(
    _ arguments: String..., input: String = "", with more: [String: String] = [:]
  ) async throws -> Program.Outcome {
    try await Program.run(arguments, input: input, settings.merging(more) { $1 })
  }

  /// A file that is gone after the test.
  func file(_ name: String, _ contents: String) throws -> String { try file(name, bytes: Data(contents.utf8)) }

  /// A file that is gone after the test.
  func file(_ name: String, bytes: Data) throws -> String {
    let url = redis.directory.appendingPathComponent(name)
    try bytes.write(to: url)
    return url.path
  }

  /// What waits in a lane, the next first.
  func waiting(in lane: Lane = .standard) async throws -> [JSONDocument] {
    let reply = try await connection.send(RedisCommand("LRANGE", keys.lane(lane), "0", "-1"))
    return try reply.requireElements().reversed().map { try JSONDocument(parsing: Array(($0.text ?? "").utf8)) }
  }

  /// Puts payloads into a lane.
  func push(_ payloads: [String], to lane: Lane = .standard) async throws {
    try await push(bytes: payloads.map { Array($0.utf8) }, to: lane)
  }

  /// Puts payloads into a lane.
  func push(bytes payloads: [[UInt8]], to lane: Lane = .standard) async throws {
    try await RedisProducer(over: connection, keys: keys).enqueue(payloads, to: lane)
  }

  /// Says on which shard an instance lives.
  func put(_ instance: String, on shard: Int) async throws {
    _ = try await connection.send(RedisCommand("HSET", "ifinu:shards", instance, String(shard)))
  }

  /// Sends Redis a command as it is, as anybody may.
  @discardableResult
  func redisCommand(_ words: String...) async throws -> RedisReply {
    var command = RedisCommand()
    for word in words { command.append(word) }
    let reply = try await connection.send(command)
    if case .error(let text) = reply { throw NeverCame(description: "\(words[0]): \(text)") }
    return reply
  }

  /// Changes a setting of Redis.
  func configureRedis(_ name: String, _ value: String) async throws {
    _ = try await connection.send(RedisCommand("CONFIG", "SET", name, value))
  }

  /// Puts a key of another type in a lane's place.
  func spoil(_ lane: Lane) async throws {
    _ = try await connection.send(RedisCommand("SET", keys.lane(lane), "x"))
  }

  /// Ends the time of all leases, as if it had passed since their holders were last heard of.
  ///
  /// - Parameter time: how much time passes for them; by when a lease ends it is told when its send may have begun.
  /// - Throws: ``NeverCame`` when Redis does not answer.
  func expireLeases(by time: Duration = .seconds(10_000_000)) async throws {
    let script = """
      for _, token in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
        redis.call('ZINCRBY', KEYS[1], -\(time / .milliseconds(1)), token)
      end
      return 'done'
      """
    try await eventually("the end of all leases", every: .milliseconds(10)) {
      // A Redis that was just started may not be connected yet.
      (try? await connection.send(RedisCommand("EVAL", script, "1", "ifinu:em_voo")).text) == "done"
    }
  }

  /// What the queue holds now.
  func snapshot() async throws -> QueueSnapshot { try await queue.snapshot() }

  /// The dead letters, the oldest first.
  func deadLetters() async throws -> [DeadLetter] {
    try await RedisDeadLetters(over: connection, keys: keys).list(.oldestFirst, limit: 1000)
  }

  /// The payloads in the schedule.
  func scheduledPayloads() async throws -> [String] {
    let reply = try await connection.send(RedisCommand("HVALS", "ifinu:agendadas:corpos"))
    return try reply.requireElements().map { element in
      String((element.text ?? "").split(separator: "|", maxSplits: 2).last ?? "")
    }
  }

  /// Waits until the queue holds nothing but dead letters and what is scheduled.
  func awaitIdle() async throws {
    try await eventually("an idle queue", every: .milliseconds(20)) {
      let snapshot = try await snapshot()
      return snapshot.inFlight == 0 && snapshot.lanes.values.allSatisfy { $0.length == 0 }
    }
  }

  /// Ends what is still there, and sees that nobody's secrets were logged.
  fileprivate func close() async throws {
    queue.close()
    connection.close()
    for worker in workers.withLock(\.self) {
      try await worker.kill()
      let log = worker.log
      for secret in Scene.secrets { #expect(!log.contains(secret), "a log shows \(secret): \(log.suffix(4000))") }
      #expect(!log.contains("Fatal error"), "\(log.suffix(4000))")
    }
    await sandbox.stop()
  }

  /// What no log may show: the key, and what every message of the tests has in its number and its text.
  private static let secrets = [apiKey, Messages.commonDigits, Messages.commonWords]
}

/// Runs a test in a scene of its own.
func withScene(
  redis options: [String] = [], _ settings: [String: String] = [:],
  sandbox configure: (inout SandboxOptions) -> Void = { _ in }, _ test: (Scene) async throws -> Void
) async throws {
  try await withRedisServer(options: options) { redis in
    var options = SandboxOptions()
    options.apiKey = Scene.apiKey
    configure(&options)
    let scene = try Scene(redis, try EvolutionSandbox(options: options), settings: settings)
    do {
      try await test(scene)
    } catch {
      try await scene.close()
      throw error
    }
    try await scene.close()
  }
}
