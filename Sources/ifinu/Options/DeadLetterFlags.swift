import ArgumentParser

/// How many dead letters are kept.
struct DeadLetterFlags: SettingFlags {
  @Option(name: .customLong("dlq-max"), help: .setting(.dlqMax))
  var dlqMax: String?

  @Option(name: .customLong("dlq-max-age"), help: .setting(.dlqMaxAge))
  var dlqMaxAge: String?

  var given: [Setting: String?] {
    [
      .dlqMax: dlqMax,
      .dlqMaxAge: dlqMaxAge,
    ]
  }
}
