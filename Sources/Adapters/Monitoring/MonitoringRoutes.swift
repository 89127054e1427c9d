package import HTTPServer
package import Telemetry

/// The answers of a monitoring server: `/metrics`, `/livez` and `/readyz`.
package struct MonitoringRoutes: Sendable {
  let metrics: MonitoringMetrics
  private let rounds: ScrapeRounds
  private let live: @Sendable () -> HealthReport
  private let ready: @Sendable () -> HealthReport

  /// Routes that show a registry, in which their own series are registered.
  ///
  /// - Parameters:
  ///   - registry: what `/metrics` shows.
  ///   - live: whether the program makes progress; if not, it wants a restart.
  ///   - ready: whether the program can do its work now.
  /// - Throws: `MetricError` when the registry has series of the same names.
  package init(
    registry: MetricsRegistry,
    live: @escaping @Sendable () -> HealthReport, ready: @escaping @Sendable () -> HealthReport
  ) throws(MetricError) {
    try self.init(registry: registry, live: live, ready: ready, render: { registry.render($0) })
  }

  init(
    registry: MetricsRegistry,
    live: @escaping @Sendable () -> HealthReport, ready: @escaping @Sendable () -> HealthReport,
    render: @escaping @Sendable (ExpositionFormat) async -> [UInt8]
  ) throws(MetricError) {
    metrics = try MonitoringMetrics(registry: registry)
    rounds = ScrapeRounds(render: render)
    self.live = live
    self.ready = ready
  }

  /// The answer to a request.
  package func respond(to request: HTTPRequest) async -> HTTPResponse {
    let route = MonitoringRoute(path: request.path)
    return await metrics.measure(route) {
      guard route != .other else { return .text(404, "not found; there is /metrics, /livez and /readyz\n") }
      guard request.method == "GET" else {
        return .text(405, "method not allowed\n", headers: [("Allow", "GET, HEAD")])
      }
      return switch route {
      case .live: live().response
      case .ready: ready().response
      case .metrics, .other: await scrape(request)
      }
    }
  }

  private func scrape(_ request: HTTPRequest) async -> HTTPResponse {
    let wish = ScrapeRounds.Wish(
      format: ExpositionFormat.negotiate(accept: request.headers["Accept"]),
      takesGzip: ContentCoding.allowsGzip(request.headers["Accept-Encoding"]))
    return await rounds.answer(to: wish)
  }
}

/// Whether a part of the program does its work.
package enum HealthReport: Sendable, Equatable {
  /// It does.
  case healthy
  /// It does not; why, one line each, fit to be read by strangers.
  case unhealthy(reasons: [String])

  var response: HTTPResponse {
    switch self {
    case .healthy: .text(200, "ok\n")
    case .unhealthy(let reasons): .text(503, reasons.map { "\($0)\n" }.joined())
    }
  }
}
