import Time

/// Every variable that the program reads, by its name in the environment; the flag is the same name in lower case.
enum Setting: String, CaseIterable, Sendable {
  case redisURL = "IFINU_REDIS_URL"
  case keyPrefix = "IFINU_KEY_PREFIX"
  case evolutionURL = "IFINU_EVOLUTION_URL"
  case evolutionShards = "IFINU_EVOLUTION_SHARDS"
  case evolutionAPIKey = "IFINU_EVOLUTION_API_KEY"
  case evolutionInstance = "IFINU_EVOLUTION_INSTANCE"
  case evolutionCABundle = "IFINU_EVOLUTION_CA_BUNDLE"
  case workers = "IFINU_WORKERS"
  case rate = "IFINU_RATE"
  case burst = "IFINU_BURST"
  case maxAttempts = "IFINU_MAX_ATTEMPTS"
  case retryBase = "IFINU_RETRY_BASE"
  case retryFactor = "IFINU_RETRY_FACTOR"
  case retryCap = "IFINU_RETRY_CAP"
  case retryJitter = "IFINU_RETRY_JITTER"
  case sendTimeout = "IFINU_SEND_TIMEOUT"
  case connectTimeout = "IFINU_CONNECT_TIMEOUT"
  case evolutionIdle = "IFINU_EVOLUTION_IDLE"
  case lease = "IFINU_LEASE"
  case onUncertain = "IFINU_ON_UNCERTAIN"
  case breakerFailures = "IFINU_BREAKER_FAILURES"
  case breakerCooldown = "IFINU_BREAKER_COOLDOWN"
  case shutdownGrace = "IFINU_SHUTDOWN_GRACE"
  case httpAddress = "IFINU_HTTP_ADDRESS"
  case exemplars = "IFINU_EXEMPLARS"
  case testNumber = "IFINU_TEST_NUMBER"
  case logLevel = "IFINU_LOG_LEVEL"
  case logFormat = "IFINU_LOG_FORMAT"
  case dlqMax = "IFINU_DLQ_MAX"
  case dlqMaxAge = "IFINU_DLQ_MAX_AGE"

  /// The variable's name.
  var name: String { rawValue }

  /// The flag's name without its dashes.
  var flag: String { rawValue.dropFirst("IFINU_".count).lowercased().replacing("_", with: "-") }

  /// The variable that names a file to read the value from; only secrets have one.
  var fileVariable: String? { specification.isSecret ? rawValue + "_FILE" : nil }
}

/// What a setting takes, and what it is for.
struct SettingSpecification: Sendable {
  /// The values that a setting takes.
  enum Kind: Sendable {
    case text
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case duration(ClosedRange<Duration>)
    case choice([String])
  }

  let kind: Kind
  /// As it would be written in the environment; nil when there is none.
  let defaultValue: String?
  let help: String
  var isSecret = false
}

extension SettingSpecification.Kind {
  /// The accepted values in words.
  var words: String {
    switch self {
    case .text: "a text"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(shortest(range.lowerBound)) to \(shortest(range.upperBound))"
    case .duration(let range):
      "a duration such as 300ms, 30s, 5m, 1h30m or 30d, from \(DurationText.format(range.lowerBound)) to "
        + DurationText.format(range.upperBound)
    case .choice(let names): names.joined(separator: " or ")
    }
  }

  private func shortest(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }
}
