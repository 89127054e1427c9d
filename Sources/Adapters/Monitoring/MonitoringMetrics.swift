internal import HTTPServer
internal import Telemetry

/// The server's own series, with every known pair of route and code from the start.
struct MonitoringMetrics: Sendable {
  private struct Answered: Sendable {
    let count: Counter
    let duration: Histogram
  }

  private static let buckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5]

  private let answered: [MonitoringRoute: [Int: Answered]]
  private let inFlight: [MonitoringRoute: Gauge]
  private let refused: [Int: Counter]

  init(registry: MetricsRegistry) throws(MetricError) {
    let counts = try registry.counter(
      "http_requests_total", help: "Requests answered by the monitoring server.", labels: ["rota", "codigo"])
    let durations = try registry.histogram(
      "http_request_duration_seconds", help: "Time from a whole request to its answer.", buckets: Self.buckets,
      labels: ["rota", "codigo"])
    let gauges = try registry.gauge(
      "http_requests_in_flight", help: "Requests that the monitoring server is answering.", labels: ["rota"])
    var answered: [MonitoringRoute: [Int: Answered]] = [:]
    var inFlight: [MonitoringRoute: Gauge] = [:]
    for route in MonitoringRoute.allCases {
      inFlight[route] = try gauges.with(route.rawValue)
      for status in route.statuses {
        answered[route, default: [:]][status] = Answered(
          count: try counts.with(route.rawValue, String(status)),
          duration: try durations.with(route.rawValue, String(status)))
      }
    }
    var refused: [Int: Counter] = [:]
    for status in MonitoringRoute.refusals {
      refused[status] = try counts.with(MonitoringRoute.other.rawValue, String(status))
    }
    self.answered = answered
    self.inFlight = inFlight
    self.refused = refused
  }

  /// Counts and times the answer to one request.
  func measure(_ route: MonitoringRoute, _ answer: () async -> HTTPResponse) async -> HTTPResponse {
    let start = ContinuousClock.now
    inFlight[route]?.increment()
    let response = await answer()
    inFlight[route]?.decrement()
    let series = answered[route]?[response.status]
    series?.count.increment()
    series?.duration.observe(ContinuousClock.now - start)
    return response
  }

  /// Counts a request that the server refused by itself.
  func countRefusal(_ status: Int) { refused[status]?.increment() }
}
