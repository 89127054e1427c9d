internal import Messaging
package import Settings
internal import Time

extension Setting {
  private static let defaults = WorkerConfiguration()
  private static let day = Duration.seconds(86_400)
  private static let delays = Duration.milliseconds(1)...(day * 30)

  /// `IFINU_WORKERS`
  package static let workers = Setting(
    "IFINU_WORKERS", .integer(1...5_000), default: "\(defaults.workers)",
    "messages in flight at once in this process")
  /// `IFINU_RATE`
  package static let rate = Setting(
    "IFINU_RATE", .number(0...100_000), default: text(defaults.rate),
    "messages a second of this process; 0 for no limit")
  /// `IFINU_BURST`
  package static let burst = Setting(
    "IFINU_BURST", .integer(1...100_000), default: "\(defaults.burst)",
    "messages that may go out at once after a pause")
  /// `IFINU_MAX_ATTEMPTS`
  package static let maxAttempts = Setting(
    "IFINU_MAX_ATTEMPTS", .integer(1...100), default: "\(defaults.policy.retry.maximumAttempts)",
    "attempts before a message is given up")
  /// `IFINU_RETRY_BASE`
  package static let retryBase = Setting(
    "IFINU_RETRY_BASE", .duration(delays), default: DurationText.format(defaults.policy.retry.base),
    "the delay after the first failure")
  /// `IFINU_RETRY_FACTOR`
  package static let retryFactor = Setting(
    "IFINU_RETRY_FACTOR", .number(1...100), default: text(defaults.policy.retry.factor),
    "what each further failure multiplies the delay by")
  /// `IFINU_RETRY_CAP`
  package static let retryCap = Setting(
    "IFINU_RETRY_CAP", .duration(delays), default: DurationText.format(defaults.policy.retry.cap),
    "the longest delay, before its random share")
  /// `IFINU_RETRY_JITTER`
  package static let retryJitter = Setting(
    "IFINU_RETRY_JITTER", .number(0...1), default: text(defaults.policy.retry.jitter),
    "the random share of a delay, up and down")
  /// `IFINU_LEASE`
  package static let lease = Setting(
    "IFINU_LEASE", .duration(.seconds(1)...day), default: "60s",
    "how long a message stays with a worker that vanished", accepts: "longer than the send timeout")
  /// `IFINU_ON_UNCERTAIN`
  package static let onUncertain = Setting(
    "IFINU_ON_UNCERTAIN", .choice(VerdictPolicy.OnUncertain.allCases.map(\.rawValue)),
    default: defaults.policy.onUncertain.rawValue,
    "a send whose answer never came: park it as a dead letter, or retry and risk a second copy")
  /// `IFINU_BREAKER_FAILURES`
  package static let breakerFailures = Setting(
    "IFINU_BREAKER_FAILURES", .integer(1...1_000_000), default: "\(defaults.breakerFailures)",
    "failures of the host in a row that open the circuit breaker")
  /// `IFINU_BREAKER_COOLDOWN`
  package static let breakerCooldown = Setting(
    "IFINU_BREAKER_COOLDOWN", .duration(.milliseconds(10)...(.seconds(3600))),
    default: DurationText.format(defaults.breakerCooldown), "how long the breaker stays open before a probe")
  /// `IFINU_SHUTDOWN_GRACE`
  package static let shutdownGrace = Setting(
    "IFINU_SHUTDOWN_GRACE", .duration(.zero...(.seconds(3600))),
    default: DurationText.format(defaults.shutdown.total),
    "how long messages in flight may take to finish at shutdown")
  /// `IFINU_TEST_NUMBER`
  package static let testNumber = Setting(
    "IFINU_TEST_NUMBER", .text, "the recipient of load-test messages", accepts: "a Brazilian number with its area code",
    masked: { PhoneNumber($0)?.description ?? "***" })

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }
}

extension WorkerConfiguration: SettingsSection {
  /// The section's title.
  package static let title = "Delivery"
  /// The section's settings.
  package static let settings: [Setting] = [
    .workers, .rate, .burst, .maxAttempts, .retryBase, .retryFactor, .retryCap, .retryJitter, .lease, .onUncertain,
    .breakerFailures, .breakerCooldown, .shutdownGrace, .testNumber,
  ]

  /// Reads the settings; ``defaultInstance`` is not among them.
  package init(_ values: SettingValues) throws(SettingError) {
    self.init()
    workers = try values.integer(.workers)
    rate = try values.number(.rate)
    burst = try values.integer(.burst)
    lease = try values.duration(.lease)
    policy = VerdictPolicy(
      retry: RetryPolicy(
        maximumAttempts: try values.integer(.maxAttempts), base: try values.duration(.retryBase),
        factor: try values.number(.retryFactor), cap: try values.duration(.retryCap),
        jitter: try values.number(.retryJitter)),
      onUncertain: try values.choice(.onUncertain))
    breakerFailures = try values.integer(.breakerFailures)
    breakerCooldown = try values.duration(.breakerCooldown)
    shutdown = ShutdownBudget(total: try values.duration(.shutdownGrace))
    if let number = values.text(.testNumber) {
      testNumber = PhoneNumber(number)
      // The number itself is not shown: it is somebody's.
      if testNumber == nil {
        throw SettingError(.testNumber, "must be a Brazilian number with its area code, 11 98888-7777")
      }
    }
  }
}
