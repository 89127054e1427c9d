import ArgumentParser

/// Where the process can be watched.
struct MonitoringFlags: SettingFlags {
  @Option(name: .customLong("http-address"), help: .setting(.httpAddress))
  var httpAddress: String?

  @Option(name: .customLong("exemplars"), help: .setting(.exemplars))
  var exemplars: String?

  var given: [Setting: String?] {
    [
      .httpAddress: httpAddress,
      .exemplars: exemplars,
    ]
  }
}
