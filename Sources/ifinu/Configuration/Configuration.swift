import Delivery
import EvolutionAPI
import JSON
import Monitoring
import RedisQueue
import Settings

/// Everything that is in force, checked. Each section is declared by the module that reads it.
struct Configuration: Sendable {
  let values: SettingValues
  let redis: RedisSettings
  let evolution: EvolutionSettings
  let worker: WorkerConfiguration
  let instances: InstanceLimitSettings
  let deadLetters: DeadLetterBound
  let monitoring: MonitoringSettings
  let logging: LogSettings

  /// What the program's roles are put together from.
  static let sections: [any SettingsSection.Type] = [
    RedisSettings.self, EvolutionSettings.self, WorkerConfiguration.self, InstanceLimitSettings.self,
    DeadLetterBound.self, MonitoringSettings.self, LogSettings.self,
  ]

  /// Every setting of every section.
  static let settings: [Setting] = sections.flatMap { $0.settings }

  /// Checks every setting.
  ///
  /// - Throws: `SettingError` for the first that is wrong.
  init(_ values: SettingValues) throws(SettingError) {
    self.values = values
    logging = try LogSettings(values)
    redis = try RedisSettings(values)
    deadLetters = try DeadLetterBound(values)
    evolution = try EvolutionSettings(values)
    var worker = try WorkerConfiguration(values)
    guard worker.lease > evolution.sendTimeout else {
      throw values.refusal(
        .lease, "must be longer than \(Setting.sendTimeout.name), which is \(values.text(.sendTimeout) ?? "")")
    }
    worker.defaultInstance = evolution.instance
    self.worker = worker
    instances = try InstanceLimitSettings(values)
    monitoring = try MonitoringSettings(values)
  }

  /// What a worker needs of file descriptors beside one for each message in flight: Redis, the monitoring server and its
  /// clients, the standard streams.
  private static let descriptorsBeside = 128

  /// Checks that the system gives enough file descriptors for the messages in flight: each has a connection.
  ///
  /// - Parameter descriptors: how many the process may have; nil where that is not known.
  /// - Throws: `SettingError` when there are too few.
  func check(descriptors: Int?) throws(SettingError) {
    let needed = worker.workers + Self.descriptorsBeside
    guard let descriptors, descriptors < needed else { return }
    throw values.refusal(
      .workers,
      "needs \(needed) file descriptors, and the system gives \(descriptors): raise the limit (ulimit -n, LimitNOFILE), or "
        + "take at most \(max(0, descriptors - Self.descriptorsBeside))")
  }
}

extension Configuration {
  /// One setting as it is in force.
  struct Row: Sendable {
    let name: String
    let value: String?
    let source: SettingValues.Source?
  }

  /// All settings as they are in force, secrets and people's numbers masked.
  var rows: [Row] {
    values.settings.map { setting in
      Row(name: setting.name, value: values.text(setting).map(setting.shown), source: values[setting]?.source)
    }
  }

  /// The same for programs.
  var json: JSONValue {
    .array(
      rows.map { row in
        [
          "name": .string(row.name), "value": row.value.map(JSONValue.string) ?? .null,
          "source": row.source.map { .string($0.rawValue) } ?? .null,
        ]
      })
  }
}
