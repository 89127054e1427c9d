package import Redis
package import Settings

/// Where the queue is.
package struct RedisSettings: Sendable {
  /// The server.
  package let url: RedisURL
  /// What everything is called there.
  package let keys: RedisKeys
}

extension Setting {
  /// `IFINU_REDIS_URL`
  package static let redisURL = Setting(
    "IFINU_REDIS_URL", default: "redis://127.0.0.1:6379/0",
    "where Redis is: redis://[user:password@]host:port/db, or unix:/path", accepts: "see below", isSecret: true,
    masked: { (try? RedisURL($0))?.description ?? "***" })
  /// `IFINU_KEY_PREFIX`
  package static let keyPrefix = Setting(
    "IFINU_KEY_PREFIX", default: RedisKeys().prefix, "what every key in Redis starts with",
    accepts: "1 to 128 bytes, no white space")
}

extension RedisSettings: SettingsSection {
  /// The section's title.
  package static let title = "Queue"
  /// The section's settings.
  package static let settings: [Setting] = [.redisURL, .keyPrefix]

  /// Reads the settings.
  package init(_ values: SettingValues) throws(SettingError) {
    let prefix = values.text(.keyPrefix) ?? ""
    guard (1...128).contains(prefix.utf8.count), !prefix.contains(where: { $0.isWhitespace }) else {
      throw values.refusal(.keyPrefix, "must be 1 to 128 bytes without white space")
    }
    do throws(RedisURLError) {
      url = try RedisURL(values.text(.redisURL) ?? "")
    } catch {
      throw SettingError(.redisURL, "is wrong: \(error)")
    }
    keys = RedisKeys(prefix: prefix)
  }
}
