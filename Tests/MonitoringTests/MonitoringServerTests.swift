import Foundation
import FoundationNetworking
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import HTTPServer
@testable import Monitoring

@Suite(.hangLimit) struct MonitoringServerTests {
  private let registry = MetricsRegistry()

  private func withMonitoring(
    live: @escaping @Sendable () -> HealthReport = { .healthy },
    ready: @escaping @Sendable () -> HealthReport = { .healthy },
    render: (@Sendable (ExpositionFormat) async -> [UInt8])? = nil,
    _ test: (RawClient, MonitoringServer) async throws -> Void
  ) async throws {
    let registry = registry
    let routes = try MonitoringRoutes(
      registry: registry, live: live, ready: ready, render: render ?? { registry.render($0) })
    let server = try MonitoringServer(
      address: SocketAddress(host: "127.0.0.1", port: 0), limits: HTTPLimits.monitoring.patient, routes: routes)
    try await test(RawClient(port: server.port), server)
    await server.stop()
  }

  @Test func `metrics are shown in the format asked for`() async throws {
    try registry.counter("probe_total", help: "Probe.").increment()
    try await withMonitoring { client, _ in
      let text = try await client.get("/metrics")
      #expect(text.header("Content-Type") == ExpositionFormat.text.contentType)
      #expect(text.text.contains("\nprobe_total 1"))
      let open = try await client.get("/metrics", headers: "Accept: application/openmetrics-text;version=1.0.0\r\n")
      #expect(open.header("Content-Type") == ExpositionFormat.openMetrics.contentType)
      #expect(open.text.hasSuffix("# EOF\n"))
    }
  }

  @Test(arguments: [";;;,,,q=", "*/*;q=nan", String(repeating: "a/b,", count: 500), "\u{FF}\u{01}", "text/plain;q=-1"])
  func `a nonsensical Accept gets the text format`(accept: String) async throws {
    try await withMonitoring { client, _ in
      let answer = try await client.get("/metrics", headers: "Accept: \(accept)\r\n")
      #expect(answer.status == 200)
      #expect(answer.header("Content-Type") == ExpositionFormat.text.contentType)
    }
  }

  @Test func `a long body is compressed for those who take it, and is the same then`() async throws {
    let body = (1...2_000).map { "series_\($0) \($0)\n" }.joined()
    try await withMonitoring(render: { _ in Array(body.utf8) }) { client, server in
      let plain = try await client.get("/metrics")
      #expect(plain.header("Content-Encoding") == nil)
      #expect(plain.text == body)
      let compressed = try await client.get("/metrics", headers: "Accept-Encoding: gzip\r\n")
      #expect(compressed.header("Content-Encoding") == "gzip")
      #expect(compressed.body.starts(with: [0x1F, 0x8B]))
      #expect(compressed.body.count < body.utf8.count / 2)
      // URLSession asks for gzip and unpacks it by itself.
      let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/metrics"))
      let (data, _) = try await URLSession.shared.data(from: url)
      #expect(String(decoding: data, as: UTF8.self) == body)
    }
  }

  @Test func `a short body is not compressed`() async throws {
    try await withMonitoring(render: { _ in Array("short 1\n".utf8) }) { client, _ in
      let answer = try await client.get("/metrics", headers: "Accept-Encoding: gzip\r\n")
      #expect(answer.header("Content-Encoding") == nil)
      #expect(answer.text == "short 1\n")
    }
  }

  @Test func `probes wait for no scrape, and scrapes in any number are answered`() async throws {
    let gate = Gate()
    let render: @Sendable (ExpositionFormat) async -> [UInt8] = { _ in
      await gate.pass()
      return Array("series 1\n".utf8)
    }
    try await withMonitoring(render: render) { client, server in
      let scrapers = try (0..<300).map { _ in try RawClient(port: server.port) }
      for scraper in scrapers { scraper.send("GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n") }
      await gate.waitUntil(entered: 1)
      for path in ["/livez", "/readyz"] {
        #expect(try await client.get(path).status == 200)
        #expect(try await RawClient(port: server.port).get(path).status == 200)
      }
      await gate.open()
      for scraper in scrapers { #expect(try await scraper.answer().text == "series 1\n") }
    }
  }

  @Test func `clients that ask for more before they are answered keep nobody from being answered`() async throws {
    try await withMonitoring { client, server in
      let scrapes = String(repeating: "GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n", count: 50)
      let greedy = try (0..<200).map { _ in try RawClient(port: server.port) }
      for client in greedy { client.send(scrapes) }
      for _ in 1...20 {
        for path in ["/metrics", "/livez", "/readyz"] {
          #expect(try await RawClient(port: server.port).get(path).status == 200)
        }
      }
      for client in greedy { #expect(try await client.answer().status == 200) }
      let refused = try await client.get("/metrics").text.split(separator: "\n").filter {
        $0.contains("codigo=\"503\"")
      }
      #expect(refused.allSatisfy { $0.hasPrefix("#") || $0.hasSuffix(" 0") || $0.hasSuffix(" 0.0") }, "\(refused)")
    }
  }

  @Test func `probes tell health and the reasons against it`() async throws {
    let isReady = Atomic<Bool>(true)
    let ready: @Sendable () -> HealthReport = {
      isReady.load(ordering: .relaxed) ? .healthy : .unhealthy(reasons: ["redis is away", "draining"])
    }
    try await withMonitoring(ready: ready) { client, _ in
      #expect(try await client.get("/livez").text == "ok\n")
      #expect(try await client.get("/readyz").text == "ok\n")
      isReady.store(false, ordering: .relaxed)
      let answer = try await client.get("/readyz")
      #expect(answer.status == 503)
      #expect(answer.text == "redis is away\ndraining\n")
      #expect(try await client.get("/livez").status == 200)
    }
  }

  @Test func `other paths are not found, other methods not allowed`() async throws {
    try await withMonitoring { client, _ in
      for path in ["/", "/metrics/", "/Metrics", "/livezz", "/%6Detrics"] {
        #expect(try await client.get(path).status == 404)
      }
      for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        client.send("\(method) /metrics HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")
        let answer = try await client.answer()
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == "GET, HEAD")
      }
    }
  }

  @Test func `its own requests are counted, known ones from the start`() async throws {
    try await withMonitoring { client, _ in
      let first = try await client.get("/metrics").text
      #expect(first.contains("\n" + #"http_requests_total{codigo="503",rota="/readyz"} 0.0"# + "\n"))
      #expect(first.contains("\n" + #"http_requests_total{codigo="404",rota="outra"} 0.0"# + "\n"))
      #expect(first.contains("\n" + #"http_requests_in_flight{rota="/metrics"} 1.0"# + "\n"))
      _ = try await client.get("/nowhere")
      _ = try await client.get("/livez")
      let second = try await client.get("/metrics").text
      #expect(second.contains("\n" + #"http_requests_total{codigo="200",rota="/metrics"} 1.0"# + "\n"))
      #expect(second.contains("\n" + #"http_requests_total{codigo="200",rota="/livez"} 1.0"# + "\n"))
      #expect(second.contains("\n" + #"http_requests_total{codigo="404",rota="outra"} 1.0"# + "\n"))
      #expect(second.contains("\n" + #"http_request_duration_seconds_count{codigo="200",rota="/livez"} 1"# + "\n"))
    }
  }

  @Test func `two servers can't share a registry`() throws {
    _ = try MonitoringRoutes(registry: registry, live: { .healthy }, ready: { .healthy })
    #expect(throws: MetricError.self) {
      try MonitoringRoutes(registry: registry, live: { .healthy }, ready: { .healthy })
    }
  }
}
