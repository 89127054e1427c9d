import Logging
import Settings

/// What is logged, and how it is written.
struct LogSettings: Sendable {
  enum Format: String, CaseIterable {
    case text, json
  }

  let level: Logger.Level
  let format: Format
}

extension Setting {
  static let logLevel = Setting(
    "IFINU_LOG_LEVEL", .choice(Logger.Level.allCases.map(\.rawValue)), default: "info", "the least that is logged")
  static let logFormat = Setting(
    "IFINU_LOG_FORMAT", .choice(LogSettings.Format.allCases.map(\.rawValue)), default: "text",
    "text for people, json for machines")
}

extension LogSettings: SettingsSection {
  static let title = "Logs"
  static let settings: [Setting] = [.logLevel, .logFormat]

  init(_ values: SettingValues) throws(SettingError) {
    level = try values.choice(.logLevel)
    format = try values.choice(.logFormat)
  }
}
