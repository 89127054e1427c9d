import ArgumentParser

/// A group of flags that stand for settings.
protocol SettingFlags: ParsableArguments {
  /// What was given on the command line.
  var given: [Setting: String?] { get }
}

extension SettingFlags {
  /// The settings that have a flag here and were given one.
  var values: [Setting: String] { given.compactMapValues(\.self) }
}

extension ArgumentHelp {
  /// The help of a setting's flag, from the setting's own specification.
  static func setting(_ setting: Setting) -> ArgumentHelp {
    let specification = setting.specification
    let shown = specification.isSecret && setting != .redisURL ? nil : specification.defaultValue
    let fallback = shown.map { "; default \($0)" } ?? ""
    return ArgumentHelp("\(specification.help) (\(setting.name)\(fallback))", valueName: "value")
  }
}
