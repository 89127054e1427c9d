import ArgumentParser

/// Where Evolution API is, and how long to wait for it.
struct EvolutionFlags: SettingFlags {
  @Option(name: .customLong("evolution-url"), help: .setting(.evolutionURL))
  var evolutionURL: String?

  @Option(name: .customLong("evolution-shards"), help: .setting(.evolutionShards))
  var evolutionShards: String?

  @Option(name: .customLong("evolution-api-key"), help: .setting(.evolutionAPIKey))
  var evolutionAPIKey: String?

  @Option(name: .customLong("evolution-instance"), help: .setting(.evolutionInstance))
  var evolutionInstance: String?

  @Option(name: .customLong("evolution-ca-bundle"), help: .setting(.evolutionCABundle))
  var evolutionCABundle: String?

  @Option(name: .customLong("send-timeout"), help: .setting(.sendTimeout))
  var sendTimeout: String?

  @Option(name: .customLong("connect-timeout"), help: .setting(.connectTimeout))
  var connectTimeout: String?

  @Option(name: .customLong("evolution-idle"), help: .setting(.evolutionIdle))
  var evolutionIdle: String?

  var given: [Setting: String?] {
    [
      .evolutionURL: evolutionURL,
      .evolutionShards: evolutionShards,
      .evolutionAPIKey: evolutionAPIKey,
      .evolutionInstance: evolutionInstance,
      .evolutionCABundle: evolutionCABundle,
      .sendTimeout: sendTimeout,
      .connectTimeout: connectTimeout,
      .evolutionIdle: evolutionIdle,
    ]
  }
}
