import Monitoring
import Platform
import ServiceLifecycle
import Telemetry
import Time

/// A part of the program that runs until its process ends, such as the worker. Several may share a process.
protocol Role: Sendable {
  /// What it runs, in the order of the start; shutting down goes from last to first.
  var services: [any Service] { get }
  /// Whether it makes progress; if not, the process wants a restart.
  var liveness: HealthReport { get }
  /// Whether it can do its work now.
  var readiness: HealthReport { get }
  /// How many file descriptors it may need.
  var descriptors: Int { get }
}

/// What the roles of a process share.
struct RoleContext: Sendable {
  /// Drives every connection, and runs every task.
  let loop: EventLoop
  /// The loop's clock.
  let clock: MonotonicClock
  /// What /metrics shows.
  let registry: MetricsRegistry
  /// Where all loggers write.
  let output: LogOutput

  /// A context whose registry shows the process and the build.
  ///
  /// - Throws: `SystemError` when the system gives no thread or descriptor.
  init(output: LogOutput) throws {
    loop = try EventLoop(named: "network")
    clock = MonotonicClock(loop.clock)
    registry = try .ofProcess()
    self.output = output
  }
}

extension MetricsRegistry {
  /// A registry that shows the process and the build.
  ///
  /// - Throws: `MetricError` when two series have one name.
  static func ofProcess() throws(MetricError) -> MetricsRegistry {
    let registry = MetricsRegistry()
    try ProcessCollector().register(in: registry)
    try BuildInfo.register(in: registry)
    return registry
  }
}
