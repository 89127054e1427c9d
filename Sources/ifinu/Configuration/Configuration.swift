import Delivery
import EvolutionAPI
import HTTPServer
import Logging
import Messaging
import Redis
import RedisQueue
import Time

/// Everything that is in force, checked.
struct Configuration: Sendable {
  let values: SettingValues
  let redis: RedisSettings
  let evolution: EvolutionSettings
  let worker: WorkerConfiguration
  let httpAddress: SocketAddress
  let exemplars: Exemplars
  let logging: LogSettings

  /// Where the queue is, and how long dead letters are kept.
  struct RedisSettings: Sendable {
    let url: RedisURL
    let keys: RedisKeys
    let lease: Duration
    let deadLetters: DeadLetterBound
  }

  /// Where Evolution API is.
  struct EvolutionSettings: Sendable {
    let address: EvolutionAddress
    /// How many shards are numbered; 1 where one server has all instances.
    let shards: Int
    let apiKey: String?
    let instance: InstanceName?
    let caBundle: String?
    let sendTimeout: Duration
    let connectTimeout: Duration
    let maximumIdle: Duration
  }

  /// Whether message ids are shown as exemplars.
  enum Exemplars: String, CaseIterable {
    case off, on
  }

  /// What is logged.
  struct LogSettings: Sendable {
    enum Format: String {
      case text, json
    }

    let level: Logger.Level
    let format: Format
  }

  /// Checks every setting.
  ///
  /// - Throws: ``ConfigurationError`` for the first that is wrong.
  init(_ values: SettingValues) throws(ConfigurationError) {
    self.values = values
    logging = LogSettings(level: try values.choice(.logLevel), format: try values.choice(.logFormat))
    let redis = try Self.redis(values)
    self.redis = redis
    let evolution = try Self.evolution(values)
    self.evolution = evolution
    worker = try Self.worker(values, redis, evolution)
    httpAddress = try Self.address(values, .httpAddress)
    exemplars = try values.choice(.exemplars)
  }

  /// What a worker needs of file descriptors beside one for each message in flight: Redis, the monitoring server and its
  /// clients, the standard streams.
  private static let descriptorsBeside = 128

  /// Looks whether the system gives enough file descriptors for the messages in flight: each has a connection.
  ///
  /// - Parameter descriptors: how many the process may have; nil where nobody says.
  /// - Throws: ``ConfigurationError`` when there are too few.
  func check(descriptors: Int?) throws(ConfigurationError) {
    let needed = worker.workers + Self.descriptorsBeside
    guard let descriptors, descriptors < needed else { return }
    throw values.refusal(
      .workers,
      "needs \(needed) file descriptors, and the system gives \(descriptors): raise the limit (ulimit -n, LimitNOFILE), or "
        + "take at most \(max(0, descriptors - Self.descriptorsBeside))")
  }

  private static func redis(_ values: SettingValues) throws(ConfigurationError) -> RedisSettings {
    let prefix = values.text(.keyPrefix) ?? ""
    guard (1...128).contains(prefix.utf8.count), !prefix.contains(where: { $0.isWhitespace }) else {
      throw values.refusal(.keyPrefix, "must be 1 to 128 bytes without white space")
    }
    let url: RedisURL
    do {
      url = try RedisURL(values.text(.redisURL) ?? "")
    } catch {
      throw ConfigurationError(.redisURL, "is wrong: \(error)")
    }
    return RedisSettings(
      url: url, keys: RedisKeys(prefix: prefix), lease: try values.duration(.lease),
      deadLetters: DeadLetterBound(count: try values.integer(.dlqMax), age: try values.duration(.dlqMaxAge)))
  }

  private static func evolution(_ values: SettingValues) throws(ConfigurationError) -> EvolutionSettings {
    let address: EvolutionAddress
    do {
      address = try EvolutionAddress(values.text(.evolutionURL) ?? "")
    } catch {
      throw ConfigurationError(.evolutionURL, "is wrong: \(error.reason)")
    }
    let shards = try values.integer(.evolutionShards)
    guard address.isSharded || shards == 1 else {
      throw values.refusal(.evolutionShards, "needs {shard} in \(Setting.evolutionURL.name), or must be 1")
    }
    var instance: InstanceName?
    if let name = values.text(.evolutionInstance) {
      instance = InstanceName(name)
      if instance == nil {
        throw values.refusal(.evolutionInstance, "must be 1 to 255 bytes without control characters")
      }
    }
    let (apiKey, caBundle) = (values.text(.evolutionAPIKey), values.text(.evolutionCABundle))
    do {
      try EvolutionClient.check(apiKey: apiKey, caFile: caBundle)
    } catch {
      throw ConfigurationError(
        error.setting == .apiKey ? .evolutionAPIKey : .evolutionCABundle, "is wrong: \(error.reason)")
    }
    return EvolutionSettings(
      address: address, shards: shards, apiKey: apiKey, instance: instance, caBundle: caBundle,
      sendTimeout: try values.duration(.sendTimeout), connectTimeout: try values.duration(.connectTimeout),
      maximumIdle: try values.duration(.evolutionIdle))
  }

  private static func worker(
    _ values: SettingValues, _ redis: RedisSettings, _ evolution: EvolutionSettings
  ) throws(ConfigurationError) -> WorkerConfiguration {
    guard redis.lease > evolution.sendTimeout else {
      let timeout = DurationText.format(evolution.sendTimeout)
      throw values.refusal(.lease, "must be longer than \(Setting.sendTimeout.name), which is \(timeout)")
    }
    var worker = WorkerConfiguration()
    worker.workers = try values.integer(.workers)
    worker.rate = try values.number(.rate)
    worker.burst = try values.integer(.burst)
    worker.lease = redis.lease
    worker.policy = VerdictPolicy(
      retry: RetryPolicy(
        maximumAttempts: try values.integer(.maxAttempts), base: try values.duration(.retryBase),
        factor: try values.number(.retryFactor), cap: try values.duration(.retryCap),
        jitter: try values.number(.retryJitter)),
      onUncertain: try values.choice(.onUncertain))
    worker.breakerFailures = try values.integer(.breakerFailures)
    worker.breakerCooldown = try values.duration(.breakerCooldown)
    worker.shutdownGrace = try values.duration(.shutdownGrace)
    worker.defaultInstance = evolution.instance
    if let number = values.text(.testNumber) {
      worker.testNumber = PhoneNumber(number)
      // The number itself is not shown: it is somebody's.
      if worker.testNumber == nil {
        throw ConfigurationError(.testNumber, "must be a Brazilian number with its area code, 11 98888-7777")
      }
    }
    return worker
  }

  private static func address(_ values: SettingValues, _ setting: Setting) throws(ConfigurationError) -> SocketAddress {
    do {
      return try SocketAddress(parsing: values.text(setting) ?? "")
    } catch {
      throw ConfigurationError(setting, "is wrong: \(error)")
    }
  }
}
