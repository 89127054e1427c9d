import ArgumentParser
import Settings

/// A group of flags that stand for settings.
protocol SettingFlags: ParsableArguments {
  /// What was given on the command line.
  var given: [Setting: String?] { get }
}

extension SettingFlags {
  /// The settings that have a flag here and were given one.
  var values: [Setting: String] { given.compactMapValues(\.self) }
}

extension Option where Value == String? {
  /// The flag of a setting, with the setting's own name, help and default.
  init(_ setting: Setting) {
    let fallback = setting.defaultValue.map { "; default \($0)" } ?? ""
    self.init(
      name: .customLong(setting.flag),
      help: ArgumentHelp("\(setting.help) (\(setting.name)\(fallback))", valueName: "value"))
  }
}
