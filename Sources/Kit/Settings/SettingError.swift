/// A setting that a program can't work with: one line that names the variable and the fix.
package struct SettingError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, and the fix. A secret's value is never shown.
  package let description: String

  /// An error in these words.
  package init(_ description: String) { self.description = description }

  /// An error about a setting.
  package init(_ setting: Setting, _ problem: String) { description = "\(setting.name) (--\(setting.flag)) \(problem)" }
}
