import Monitoring
import ServiceLifecycle

/// Keeps the monitoring endpoints open until the group shuts down.
struct MonitoringService: Service {
  let server: MonitoringServer

  func run() async {
    try? await gracefulShutdown()
    await server.stop()
  }
}
