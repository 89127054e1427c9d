import Telemetry

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
