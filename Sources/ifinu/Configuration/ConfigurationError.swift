/// A configuration that can't be worked with: one line that names the variable and the fix.
struct ConfigurationError: CommandFailure, Equatable {
  let message: String
  var exitCode: Int32 { ExitStatus.badConfiguration }

  init(_ message: String) { self.message = message }

  /// A setting whose value is wrong. A secret's value is never shown.
  init(_ setting: Setting, _ problem: String) {
    message = "\(setting.name) (--\(setting.flag)) \(problem)"
  }
}
