import ArgumentParser

/// What is logged.
struct LogFlags: SettingFlags {
  @Option(name: .customLong("log-level"), help: .setting(.logLevel))
  var logLevel: String?

  @Option(name: .customLong("log-format"), help: .setting(.logFormat))
  var logFormat: String?

  var given: [Setting: String?] {
    [
      .logLevel: logLevel,
      .logFormat: logFormat,
    ]
  }
}
