import ArgumentParser

/// How messages are delivered.
struct DeliveryFlags: SettingFlags {
  @Option(name: .customLong("workers"), help: .setting(.workers))
  var workers: String?

  @Option(name: .customLong("rate"), help: .setting(.rate))
  var rate: String?

  @Option(name: .customLong("burst"), help: .setting(.burst))
  var burst: String?

  @Option(name: .customLong("max-attempts"), help: .setting(.maxAttempts))
  var maxAttempts: String?

  @Option(name: .customLong("retry-base"), help: .setting(.retryBase))
  var retryBase: String?

  @Option(name: .customLong("retry-factor"), help: .setting(.retryFactor))
  var retryFactor: String?

  @Option(name: .customLong("retry-cap"), help: .setting(.retryCap))
  var retryCap: String?

  @Option(name: .customLong("retry-jitter"), help: .setting(.retryJitter))
  var retryJitter: String?

  @Option(name: .customLong("lease"), help: .setting(.lease))
  var lease: String?

  @Option(name: .customLong("on-uncertain"), help: .setting(.onUncertain))
  var onUncertain: String?

  @Option(name: .customLong("breaker-failures"), help: .setting(.breakerFailures))
  var breakerFailures: String?

  @Option(name: .customLong("breaker-cooldown"), help: .setting(.breakerCooldown))
  var breakerCooldown: String?

  @Option(name: .customLong("shutdown-grace"), help: .setting(.shutdownGrace))
  var shutdownGrace: String?

  @Option(name: .customLong("test-number"), help: .setting(.testNumber))
  var testNumber: String?

  var given: [Setting: String?] {
    [
      .workers: workers,
      .rate: rate,
      .burst: burst,
      .maxAttempts: maxAttempts,
      .retryBase: retryBase,
      .retryFactor: retryFactor,
      .retryCap: retryCap,
      .retryJitter: retryJitter,
      .lease: lease,
      .onUncertain: onUncertain,
      .breakerFailures: breakerFailures,
      .breakerCooldown: breakerCooldown,
      .shutdownGrace: shutdownGrace,
      .testNumber: testNumber,
    ]
  }
}
