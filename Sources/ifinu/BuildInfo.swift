import Telemetry

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

extension BuildInfo {
  /// Registers `ifinu_build_info`.
  ///
  /// - Throws: `MetricError` when the name is taken.
  static func register(in registry: MetricsRegistry) throws(MetricError) {
    try registry.info(
      "ifinu_build_info", help: "What the running binary is made of.",
      labels: [("version", version), ("commit", commit), ("swift", swift)])
  }
}
