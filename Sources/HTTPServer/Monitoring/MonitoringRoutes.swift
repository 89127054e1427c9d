package import Telemetry

/// The answers of a monitoring server: `/metrics`, `/livez` and `/readyz`.
package struct MonitoringRoutes: Sendable {
  /// Smaller bodies fit a packet or two as they are.
  private static let compressedFrom = 1_024

  let metrics: MonitoringMetrics
  private let gate: ScrapeGate
  private let render: @Sendable (ExpositionFormat) async -> [UInt8]
  private let live: @Sendable () -> HealthReport
  private let ready: @Sendable () -> HealthReport

  /// Routes that show a registry, in which their own series are registered.
  ///
  /// - Parameters:
  ///   - registry: what `/metrics` shows.
  ///   - maximumScrapes: scrapes at once; beyond: 503.
  ///   - live: whether the program makes progress; if not, it wants a restart.
  ///   - ready: whether the program can do its work now.
  /// - Throws: `MetricError` when the registry has series of the same names.
  package init(
    registry: MetricsRegistry, maximumScrapes: Int = 8,
    live: @escaping @Sendable () -> HealthReport, ready: @escaping @Sendable () -> HealthReport
  ) throws(MetricError) {
    try self.init(
      registry: registry, maximumScrapes: maximumScrapes, live: live, ready: ready, render: { registry.render($0) })
  }

  init(
    registry: MetricsRegistry, maximumScrapes: Int,
    live: @escaping @Sendable () -> HealthReport, ready: @escaping @Sendable () -> HealthReport,
    render: @escaping @Sendable (ExpositionFormat) async -> [UInt8]
  ) throws(MetricError) {
    metrics = try MonitoringMetrics(registry: registry)
    gate = ScrapeGate(limit: maximumScrapes)
    self.render = render
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
      case .metrics, .other: await gate.enter { await scrape(request) } ?? .tooManyRequests
      }
    }
  }

  private func scrape(_ request: HTTPRequest) async -> HTTPResponse {
    // Off the server's thread: rendering and compressing thousands of lines would hold up the probes.
    await Task.yield()
    let format = ExpositionFormat.negotiate(accept: request.headers["Accept"])
    let body = await render(format)
    var response = HTTPResponse(
      status: 200, headers: [("Content-Type", format.contentType), ("Vary", "Accept, Accept-Encoding")], body: body)
    if body.count > Self.compressedFrom, ContentCoding.allowsGzip(request.headers["Accept-Encoding"]),
      let compressed = Gzip.compress(body)
    {
      response.body = compressed
      response.headers.append(("Content-Encoding", "gzip"))
    }
    return response
  }
}
