/// What this binary is made of.
enum BuildInfo {
  /// The version, as releases name it.
  static let version = "0.1.0"
  /// The commit that it was built from, where the build said so.
  static let commit = "unknown"
  /// The compiler's version.
  static let swift = "6.3"

  /// One line for `--version`.
  static var description: String { "ifinu \(version) (commit \(commit), Swift \(swift))" }
}
