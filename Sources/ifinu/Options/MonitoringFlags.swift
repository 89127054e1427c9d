import ArgumentParser

/// Where the process can be watched.
struct MonitoringFlags: SettingFlags {
  @Option(name: .customLong("http-address"), help: .setting(.httpAddress))
  var httpAddress: String?

  var given: [Setting: String?] {
    [
      .httpAddress: httpAddress
    ]
  }
}
