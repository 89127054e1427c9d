import Platform
import Settings

extension Configuration {
  /// The configuration of a command: its flags over the process's environment.
  ///
  /// - Parameters:
  ///   - flags: the groups of flags that the command has.
  ///   - defaults: defaults of this command that differ from the program's.
  /// - Returns: the configuration, checked.
  /// - Throws: ``SettingError`` for the first setting that is wrong.
  static func load(
    _ flags: [any SettingFlags], defaults: [Setting: String] = [:]
  ) throws(SettingError) -> Configuration {
    let given = flags.reduce(into: [:]) { $0.merge($1.values) { $1 } }
    let values = try SettingValues(
      of: Configuration.settings, flags: given, environment: ProcessEnvironment.variables, defaults: defaults)
    return try Configuration(values)
  }
}
