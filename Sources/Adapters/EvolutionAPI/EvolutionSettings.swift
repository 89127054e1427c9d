package import Messaging
package import Settings

/// Where Evolution API is, and how long to wait for it.
package struct EvolutionSettings: Sendable {
  /// One server, or one for each shard.
  package let address: EvolutionAddress
  /// How many shards are numbered; 1 where one server has all instances.
  package let shards: Int
  /// Evolution's key.
  package let apiKey: String?
  /// The instance for messages that name neither instance nor a known tenant.
  package let instance: InstanceName?
  /// A PEM file of the authorities to trust instead of the system's.
  package let caBundle: String?
  /// How long a request may take in all.
  package let sendTimeout: Duration
  /// How long a connection may take, name look-up and TLS included.
  package let connectTimeout: Duration
  /// How long an idle connection is kept.
  package let maximumIdle: Duration
}

extension Setting {
  /// `IFINU_EVOLUTION_URL`
  package static let evolutionURL = Setting(
    "IFINU_EVOLUTION_URL", default: "http://127.0.0.1:8080",
    "where Evolution API answers; {shard} in it stands for the shard of a message's instance",
    accepts: "`http://` or `https://`, host, perhaps port and path")
  /// `IFINU_EVOLUTION_SHARDS`
  package static let evolutionShards = Setting(
    "IFINU_EVOLUTION_SHARDS", .integer(1...10_000), default: "1",
    "how many shards there are, numbered from 0, for instances that the hash of shards does not name",
    accepts: "1 without `{shard}` in the URL")
  /// `IFINU_EVOLUTION_API_KEY`
  package static let evolutionAPIKey = Setting(
    "IFINU_EVOLUTION_API_KEY", .text, "Evolution's key, sent in the header apikey",
    accepts: "1 to 1024 printable ASCII characters, no spaces", isSecret: true)
  /// `IFINU_EVOLUTION_INSTANCE`
  package static let evolutionInstance = Setting(
    "IFINU_EVOLUTION_INSTANCE", .text, "the instance for messages that name none and whose tenant has none",
    accepts: "1 to 255 bytes of UTF-8 without control characters")
  /// `IFINU_EVOLUTION_CA_BUNDLE`
  package static let evolutionCABundle = Setting(
    "IFINU_EVOLUTION_CA_BUNDLE", .text, "a PEM file of the authorities to trust instead of the system's",
    accepts: "a file with a certificate, 16 MiB at most")
  /// `IFINU_SEND_TIMEOUT`
  package static let sendTimeout = Setting(
    "IFINU_SEND_TIMEOUT", .duration(.milliseconds(100)...(.seconds(600))), default: "30s",
    "the longest wait for Evolution's answer, connecting included")
  /// `IFINU_CONNECT_TIMEOUT`
  package static let connectTimeout = Setting(
    "IFINU_CONNECT_TIMEOUT", .duration(.milliseconds(10)...(.seconds(300))), default: "5s",
    "the longest wait for a connection, name look-up and TLS included")
  /// `IFINU_EVOLUTION_IDLE`
  package static let evolutionIdle = Setting(
    "IFINU_EVOLUTION_IDLE", .duration(.zero...(.seconds(300))), default: "3s",
    "how long an idle connection is kept; must be shorter than the server, or a proxy before it, keeps it (Node: 5 s)")
}

extension EvolutionSettings: SettingsSection {
  /// The section's title.
  package static let title = "Evolution API"
  /// The section's settings.
  package static let settings: [Setting] = [
    .evolutionURL, .evolutionShards, .evolutionAPIKey, .evolutionInstance, .evolutionCABundle, .sendTimeout,
    .connectTimeout, .evolutionIdle,
  ]

  /// Reads the settings.
  package init(_ values: SettingValues) throws(SettingError) {
    do throws(EvolutionSetupError) {
      address = try EvolutionAddress(values.text(.evolutionURL) ?? "")
    } catch {
      throw SettingError(.evolutionURL, "is wrong: \(error.reason)")
    }
    shards = try values.integer(.evolutionShards)
    guard address.isSharded || shards == 1 else {
      throw values.refusal(.evolutionShards, "needs {shard} in \(Setting.evolutionURL.name), or must be 1")
    }
    let name = values.text(.evolutionInstance)
    instance = name.flatMap(InstanceName.init)
    guard (name == nil) == (instance == nil) else {
      throw values.refusal(.evolutionInstance, "must be 1 to 255 bytes without control characters")
    }
    (apiKey, caBundle) = (values.text(.evolutionAPIKey), values.text(.evolutionCABundle))
    do throws(EvolutionSetupError) {
      try EvolutionClient.check(apiKey: apiKey, caFile: caBundle)
    } catch {
      throw SettingError(error.setting == .apiKey ? .evolutionAPIKey : .evolutionCABundle, "is wrong: \(error.reason)")
    }
    sendTimeout = try values.duration(.sendTimeout)
    connectTimeout = try values.duration(.connectTimeout)
    maximumIdle = try values.duration(.evolutionIdle)
  }
}
