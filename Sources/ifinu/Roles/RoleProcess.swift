import Delivery
import HTTPServer
import Logging
import Monitoring
import Platform
import ServiceLifecycle
import Settings
import Time

/// A process that runs roles: one monitoring server, one event loop and one orderly shutdown for all of them.
struct RoleProcess {
  /// Where the monitoring server listens: the port that it was given when a free one was asked for.
  let httpAddress: SocketAddress
  private let context: RoleContext
  private let services: [any Service]
  private let shutdown: ShutdownBudget

  /// Puts a process together; its monitoring server listens from here on.
  ///
  /// - Parameters:
  ///   - roles: what it runs.
  ///   - context: what they share.
  ///   - settings: where the monitoring server listens.
  ///   - shutdown: how the time for shutting down is divided.
  /// - Throws: ``WorkFailure`` when the port is taken; `MetricError` when two series have one name.
  init(
    _ roles: [any Role], in context: RoleContext, monitoring settings: MonitoringSettings, shutdown: ShutdownBudget
  ) throws {
    self.context = context
    self.shutdown = shutdown
    let routes = try MonitoringRoutes(
      registry: context.registry, live: { HealthReport(all: roles.map(\.liveness)) },
      ready: { HealthReport(all: roles.map(\.readiness)) })
    var limits = HTTPLimits.monitoring
    limits.otherDescriptors += roles.reduce(0) { $0 + $1.descriptors }
    let server: MonitoringServer
    do throws(HTTPServerError) {
      server = try MonitoringServer(
        address: settings.address, setting: Setting.httpAddress.name, limits: limits, routes: routes)
    } catch {
      throw WorkFailure(message: "\(error)")
    }
    httpAddress = SocketAddress(host: settings.address.host, port: UInt16(server.port))
    // Shut down from last to first: the endpoints answer until the roles have drained.
    services =
      [MonitoringService(server: server), SuppressedLogReporter(output: context.output, clock: context.clock)]
      + roles.flatMap(\.services)
  }

  /// Works until a signal asks it to end.
  func run(until signals: StopSignals) async throws {
    var quiet = context.output.logger
    quiet.logLevel = max(quiet.logLevel, .warning)
    let stop = ServiceGroupConfiguration.ServiceConfiguration(
      service: signals, successTerminationBehavior: .gracefullyShutdownGroup)
    var configuration = ServiceGroupConfiguration(services: services.map { .init(service: $0) } + [stop], logger: quiet)
    configuration.maximumGracefulShutdownDuration = shutdown.limit
    let group = ServiceGroup(configuration: configuration)
    // Everything that the services do runs between two rounds of the network: waking another thread for each answer
    // costs more than the answer.
    try await withTaskExecutorPreference(context.loop.executor) { try await group.run() }
  }
}

extension HealthReport {
  /// Healthy when all are; else every reason.
  fileprivate init(all reports: [HealthReport]) {
    let reasons = reports.flatMap { report in
      if case .unhealthy(let reasons) = report { reasons } else { [String]() }
    }
    self = reasons.isEmpty ? .healthy : .unhealthy(reasons: reasons)
  }
}

/// Keeps the monitoring endpoints open until the group shuts down.
struct MonitoringService: Service {
  let server: MonitoringServer

  func run() async {
    try? await gracefulShutdown()
    await server.stop()
  }
}

/// Tells what the log held back when what it was about is over and no further record tells it.
struct SuppressedLogReporter: Service {
  let output: LogOutput
  let clock: MonotonicClock

  func run() async {
    await cancelWhenGracefulShutdown {
      while (try? await clock.sleep(for: RepeatedRecords.window)) != nil { output.tellHeldBack(.ended) }
    }
  }
}
