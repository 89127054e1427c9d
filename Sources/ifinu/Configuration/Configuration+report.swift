import Delivery
import JSON
import Messaging
import Redis

extension Configuration {
  /// One setting as it is in force.
  struct Row: Sendable {
    let name: String
    let value: String?
    let source: SettingValues.Source?
  }

  /// All settings as they are in force, secrets and people's numbers masked.
  var rows: [Row] {
    Setting.allCases.map { setting in
      Row(name: setting.name, value: shown(setting), source: values[setting]?.source)
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

  private func shown(_ setting: Setting) -> String? {
    switch setting {
    case .redisURL: redis.url.description
    case .testNumber: worker.testNumber?.description
    default: setting.specification.isSecret ? values.text(setting).map { _ in "***" } : values.text(setting)
    }
  }
}
