import ArgumentParser

/// Where the queue is.
struct RedisFlags: SettingFlags {
  @Option(name: .customLong("redis-url"), help: .setting(.redisURL))
  var redisURL: String?

  @Option(name: .customLong("key-prefix"), help: .setting(.keyPrefix))
  var keyPrefix: String?

  var given: [Setting: String?] {
    [
      .redisURL: redisURL,
      .keyPrefix: keyPrefix,
    ]
  }
}
