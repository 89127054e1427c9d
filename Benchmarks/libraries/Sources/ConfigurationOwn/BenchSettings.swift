import Settings

/// As many settings as the product has, with its names, ranges and defaults.
struct BenchSettings: SettingsSection {
  static let title = "Bench"
  static let settings = integers + numbers + durations + choices + texts

  private static let integers = [
    setting("EVOLUTION_SHARDS", .integer(1...10_000), "1"), setting("WORKERS", .integer(1...5_000), "10"),
    setting("BURST", .integer(1...100_000), "100"), setting("MAX_ATTEMPTS", .integer(1...100), "3"),
    setting("BREAKER_FAILURES", .integer(1...1_000_000), "20"), setting("DLQ_MAX", .integer(1...100_000_000), "100000"),
  ]
  private static let numbers = [
    setting("RATE", .number(0...100_000), "50"), setting("RETRY_FACTOR", .number(1...100), "5"),
    setting("RETRY_JITTER", .number(0...1), "0.1"),
  ]
  private static let durations = [
    setting("RETRY_BASE", upTo(86_400), "5m"), setting("RETRY_CAP", upTo(86_400), "2h"),
    setting("SEND_TIMEOUT", upTo(600), "30s"), setting("CONNECT_TIMEOUT", upTo(300), "5s"),
    setting("EVOLUTION_IDLE", upTo(300), "3s"), setting("LEASE", upTo(86_400), "60s"),
    setting("BREAKER_COOLDOWN", upTo(3_600), "10s"), setting("SHUTDOWN_GRACE", upTo(3_600), "25s"),
    setting("DLQ_MAX_AGE", upTo(3_650 * 86_400), "30d"),
  ]
  private static let choices = [
    setting("ON_UNCERTAIN", .choice(["park", "retry"]), "park"), setting("EXEMPLARS", .choice(["off", "on"]), "off"),
    setting("LOG_LEVEL", .choice(["debug", "info", "warning", "error"]), "info"),
    setting("LOG_FORMAT", .choice(["text", "json"]), "text"),
  ]
  private static let texts = [
    setting("REDIS_URL", .text, "redis://127.0.0.1:6379/0", isSecret: true), setting("KEY_PREFIX", .text, "ifinu:"),
    setting("EVOLUTION_URL", .text, "http://127.0.0.1:8080"), setting("EVOLUTION_API_KEY", .text, nil, isSecret: true),
    setting("EVOLUTION_INSTANCE", .text, nil), setting("EVOLUTION_CA_BUNDLE", .text, nil),
    setting("HTTP_ADDRESS", .text, "127.0.0.1:9464"), setting("TEST_NUMBER", .text, nil),
  ]

  init(_ values: SettingValues) throws(SettingError) {
    for setting in Self.settings {
      switch setting.kind {
      case .text: break
      case .integer: _ = try values.integer(setting)
      case .number: _ = try values.number(setting)
      case .duration: _ = try values.duration(setting)
      case .choice(let names): if !names.contains(values.text(setting) ?? "") { throw values.refusal(setting) }
      }
    }
  }

  private static func setting(
    _ name: String, _ kind: Setting.Kind, _ defaultValue: String?, isSecret: Bool = false
  ) -> Setting {
    Setting("IFINU_\(name)", kind, default: defaultValue, "a setting of the bench", isSecret: isSecret)
  }

  private static func upTo(_ seconds: Int) -> Setting.Kind { .duration(.zero...(.seconds(seconds))) }
}
