import ArgumentParser
import Delivery
import EvolutionAPI
import Monitoring
import RedisQueue
import Settings

/// Where the queue is.
struct RedisFlags: SettingFlags {
  @Option(.redisURL) var redisURL: String?
  @Option(.keyPrefix) var keyPrefix: String?

  var given: [Setting: String?] {
    [.redisURL: redisURL, .keyPrefix: keyPrefix]
  }
}

/// Where Evolution API is, and how long to wait for it.
struct EvolutionFlags: SettingFlags {
  @Option(.evolutionURL) var evolutionURL: String?
  @Option(.evolutionShards) var evolutionShards: String?
  @Option(.evolutionAPIKey) var evolutionAPIKey: String?
  @Option(.evolutionInstance) var evolutionInstance: String?
  @Option(.evolutionCABundle) var evolutionCABundle: String?
  @Option(.sendTimeout) var sendTimeout: String?
  @Option(.connectTimeout) var connectTimeout: String?
  @Option(.evolutionIdle) var evolutionIdle: String?

  var given: [Setting: String?] {
    [
      .evolutionURL: evolutionURL, .evolutionShards: evolutionShards, .evolutionAPIKey: evolutionAPIKey,
      .evolutionInstance: evolutionInstance, .evolutionCABundle: evolutionCABundle, .sendTimeout: sendTimeout,
      .connectTimeout: connectTimeout, .evolutionIdle: evolutionIdle,
    ]
  }
}

/// How messages are delivered.
struct DeliveryFlags: SettingFlags {
  @Option(.workers) var workers: String?
  @Option(.rate) var rate: String?
  @Option(.burst) var burst: String?
  @Option(.maxAttempts) var maxAttempts: String?
  @Option(.retryBase) var retryBase: String?
  @Option(.retryFactor) var retryFactor: String?
  @Option(.retryCap) var retryCap: String?
  @Option(.retryJitter) var retryJitter: String?
  @Option(.lease) var lease: String?
  @Option(.onUncertain) var onUncertain: String?
  @Option(.breakerFailures) var breakerFailures: String?
  @Option(.breakerCooldown) var breakerCooldown: String?
  @Option(.shutdownGrace) var shutdownGrace: String?
  @Option(.testNumber) var testNumber: String?

  var given: [Setting: String?] {
    [
      .workers: workers, .rate: rate, .burst: burst, .maxAttempts: maxAttempts, .retryBase: retryBase,
      .retryFactor: retryFactor, .retryCap: retryCap, .retryJitter: retryJitter, .lease: lease,
      .onUncertain: onUncertain, .breakerFailures: breakerFailures, .breakerCooldown: breakerCooldown,
      .shutdownGrace: shutdownGrace, .testNumber: testNumber,
    ]
  }
}

/// How instances are spared.
struct InstanceFlags: SettingFlags {
  @Option(.instanceConcurrency) var instanceConcurrency: String?
  @Option(.instanceInterval) var instanceInterval: String?
  @Option(.instanceJitter) var instanceJitter: String?
  @Option(.instanceDailyCap) var instanceDailyCap: String?
  @Option(.instanceWarmup) var instanceWarmup: String?
  @Option(.parkMax) var parkMax: String?
  @Option(.keepOrder) var keepOrder: String?
  @Option(.reconcile) var reconcile: String?
  @Option(.dedupWindow) var dedupWindow: String?
  @Option(.quietHours) var quietHours: String?
  @Option(.timeZone) var timeZone: String?
  @Option(.directoryTTL) var directoryTTL: String?

  var given: [Setting: String?] {
    [
      .instanceConcurrency: instanceConcurrency, .instanceInterval: instanceInterval, .instanceJitter: instanceJitter,
      .instanceDailyCap: instanceDailyCap, .instanceWarmup: instanceWarmup, .parkMax: parkMax, .keepOrder: keepOrder,
      .reconcile: reconcile, .dedupWindow: dedupWindow, .quietHours: quietHours, .timeZone: timeZone,
      .directoryTTL: directoryTTL,
    ]
  }
}

/// How many dead letters are kept.
struct DeadLetterFlags: SettingFlags {
  @Option(.dlqMax) var dlqMax: String?
  @Option(.dlqMaxAge) var dlqMaxAge: String?

  var given: [Setting: String?] {
    [.dlqMax: dlqMax, .dlqMaxAge: dlqMaxAge]
  }
}

/// Where the process can be watched.
struct MonitoringFlags: SettingFlags {
  @Option(.httpAddress) var httpAddress: String?
  @Option(.exemplars) var exemplars: String?

  var given: [Setting: String?] {
    [.httpAddress: httpAddress, .exemplars: exemplars]
  }
}

/// What is logged.
struct LogFlags: SettingFlags {
  @Option(.logLevel) var logLevel: String?
  @Option(.logFormat) var logFormat: String?

  var given: [Setting: String?] {
    [.logLevel: logLevel, .logFormat: logFormat]
  }
}
