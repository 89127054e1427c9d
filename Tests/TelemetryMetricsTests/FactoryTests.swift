import CoreMetrics
import Synchronization
import Telemetry
import TelemetryMetrics
import TestSupport
import Testing

/// What packages report, through the types that they report it with.
@Suite struct FactoryTests {
  private let registry: MetricsRegistry
  private let factory: TelemetryMetricsFactory

  init() throws {
    registry = MetricsRegistry(seriesLimit: 3)
    factory = try TelemetryMetricsFactory(registry: registry, recorderBuckets: [10, 100])
  }

  @Test func `a counter counts, whole and in fractions, and never goes back`() {
    let counter = CoreMetrics.Counter(label: "jobs.done", factory: factory)
    counter.increment(by: 2)
    counter.increment(by: -5)
    counter.reset()
    let fractions = FloatingPointCounter(label: "jobs.done", factory: factory)
    fractions.increment(by: 0.5)
    #expect(registry.samples("jobs_done_total") == ["jobs_done_total 2.5"])
    #expect(refused == 0)
  }

  @Test func `the largest numbers are counted`() {
    let counter = CoreMetrics.Counter(label: "x", factory: factory)
    counter.increment(by: Int64.max)
    counter.increment(by: Int64.max)
    #expect(registry.samples("x_total") == ["x_total 1.8446744073709552e+19"])
  }

  @Test func `a meter and a gauge show their last value`() {
    let meter = Meter(label: "pool/size", dimensions: [("pool", "a")], factory: factory)
    meter.set(5)
    meter.increment(by: 2.5)
    meter.decrement(by: 1)
    let gauge = CoreMetrics.Gauge(label: "last-seen", factory: factory)
    gauge.record(7)
    gauge.record(3.5)
    #expect(registry.samples("pool_size") == [#"pool_size{pool="a"} 6.5"#])
    #expect(registry.samples("last_seen") == ["last_seen 3.5"])
  }

  @Test func `a recorder is a histogram`() {
    let recorder = Recorder(label: "batch.size", factory: factory)
    for value in [1, 10, 11, 1_000] { recorder.record(value) }
    recorder.record(Double.nan)
    #expect(
      registry.samples("batch_size_bucket") == [
        #"batch_size_bucket{le="10.0"} 2"#, #"batch_size_bucket{le="100.0"} 3"#, #"batch_size_bucket{le="+Inf"} 4"#,
      ])
    #expect(registry.samples("batch_size_sum") == ["batch_size_sum 1022.0"])
  }

  @Test(arguments: ["query.duration", "query.duration.ms", "query_duration_seconds", "query-duration-nanoseconds"])
  func `a timer is a histogram in seconds, whatever unit its name ends in`(label: String) {
    let timer = CoreMetrics.Timer(label: label, preferredDisplayUnit: .milliseconds, factory: factory)
    timer.recordMilliseconds(250)
    timer.recordNanoseconds(Int64.min)
    #expect(registry.samples("query_duration_seconds_count") == ["query_duration_seconds_count 2"])
    #expect(registry.text(.openMetrics).contains("# UNIT query_duration_seconds seconds\n"))
    #expect(refused == 0)
  }

  @Test(arguments: [
    ("http.server/active-requests", "http_server_active_requests"),
    ("HTTPClient.openConnections", "httpclient_open_connections"),
    ("9lives", "_9lives"), ("ação", "a_o"), ("__private__", "private"), ("a..size", "a_size"), ("pool.count", "pool"),
    ("requests_total", "requests"), ("\u{0}x\n\"", "x"), ("total", "total"),
  ])
  func `names are made valid`(label: String, name: String) {
    Meter(label: label, factory: factory).set(1)
    CoreMetrics.Counter(label: "of." + label, factory: factory).increment()
    #expect(registry.samples(name) == (label == "total" ? ["total 1.0"] : ["\(name) 1.0"]))
    let counters = registry.catalogue().map(\.name).filter { $0.hasPrefix("of") }
    #expect(counters.count == 1 && counters.allSatisfy { $0.hasSuffix("_total") }, "\(counters)")
    #expect(refused == 0, "\(registry.text())")
  }

  @Test func `labels are sorted, and the same metric asked for twice is one series`() {
    for dimensions in [[("b.x", "1"), ("a", "2")], [("a", "2"), ("b.x", "1")]] {
      CoreMetrics.Counter(label: "x", dimensions: dimensions, factory: factory).increment()
    }
    #expect(registry.samples("x_total") == [#"x_total{a="2",b_x="1"} 2.0"#])
    #expect(refused == 0)
  }

  @Test func `a label that is left out is empty, and one that is new is refused`() {
    CoreMetrics.Counter(label: "x", dimensions: [("a", "1"), ("b", "2")], factory: factory).increment()
    CoreMetrics.Counter(label: "x", dimensions: [("b", "2")], factory: factory).increment()
    CoreMetrics.Counter(label: "x", dimensions: [("c", "3")], factory: factory).increment()
    #expect(registry.samples("x_total") == [#"x_total{a="",b="2"} 1.0"#, #"x_total{a="1",b="2"} 1.0"#])
    #expect(refused == 1)
  }

  @Test(arguments: ["", ".", "latency.ms.max", "gauge.of.things", "telemetry_metrics_refused_total", "taken"])
  func `what the registry refuses goes nowhere and is counted`(label: String) throws {
    _ = try registry.counter("taken_total", help: "Somebody's.")
    let before = registry.catalogue()
    CoreMetrics.Counter(label: label, factory: factory).increment()
    FloatingPointCounter(label: label, factory: factory).increment(by: 1)
    #expect(registry.catalogue() == before)
    #expect(refused == 2)
    Meter(label: label, dimensions: [("le", "x")], factory: factory).set(1)
    Recorder(label: label, dimensions: [("a", "1"), ("a", "2")], factory: factory).record(1)
    CoreMetrics.Timer(label: label, dimensions: [("", "x")], factory: factory).recordNanoseconds(1)
    #expect(registry.catalogue() == before)
    #expect(refused == 5)
  }

  @Test func `two metrics do not share a name, nor one name two types`() throws {
    let reasons = Mutex<[MetricError]>([])
    let registry = MetricsRegistry()
    let factory = try TelemetryMetricsFactory(registry: registry) { error in reasons.withLock { $0.append(error) } }
    Meter(label: "a.size", factory: factory).set(1)
    Meter(label: "a-size", factory: factory).set(2)
    Recorder(label: "a.size", factory: factory).record(3)
    CoreMetrics.Counter(label: "a.size", factory: factory).increment()
    #expect(registry.samples("a_size") == ["a_size 1.0"])
    let seen = reasons.withLock { $0 }
    #expect(seen.count == 3 && seen.first?.problem == "both 'a.size' and 'a-size' would have this name")
    #expect(registry.samples("telemetry_metrics_refused_total") == ["telemetry_metrics_refused_total 3.0"])
  }

  @Test func `series are bounded, and stay when a metric is destroyed`() {
    for index in 0..<5 {
      let counter = CoreMetrics.Counter(label: "x", dimensions: [("id", "\(index)")], factory: factory)
      counter.increment()
      counter.destroy()
    }
    #expect(
      registry.samples("x_total") == [
        #"x_total{id="0"} 1.0"#, #"x_total{id="1"} 1.0"#, #"x_total{id="2"} 1.0"#, #"x_total{id="__outros__"} 2.0"#,
      ])
  }

  @Test func `bad buckets and a second factory are refused at once`() {
    #expect(throws: MetricError.self) { try TelemetryMetricsFactory(registry: registry) }
    #expect(throws: MetricError.self) { try TelemetryMetricsFactory(registry: MetricsRegistry(), timerBuckets: []) }
    #expect(throws: MetricError.self) {
      try TelemetryMetricsFactory(registry: MetricsRegistry(), recorderBuckets: [2, 1])
    }
  }

  @Test(.hangLimit)
  func `many tasks ask for the same metrics at once`() async {
    await withTaskGroup { group in
      for task in 0..<16 {
        group.addTask { [factory] in
          for index in 0..<200 {
            CoreMetrics.Counter(label: "x", dimensions: [("n", "\(index % 3)")], factory: factory).increment()
            CoreMetrics.Timer(label: "t.\(task % 2)", factory: factory).recordNanoseconds(1)
          }
        }
      }
    }
    let counted = registry.samples("x_total").compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    #expect(counted.reduce(0, +) == 3_200 && refused == 0)
  }

  @Test(.hangLimit)
  func `promtool accepts the sanitized names`() async throws {
    for label in ["http.server/active-requests", "9lives", "ação", "\"\n\\"] {
      CoreMetrics.Counter(label: label, dimensions: [("rota.nome", label)], factory: factory).increment()
      CoreMetrics.Timer(label: "t." + label, dimensions: [("rota.nome", label)], factory: factory).recordNanoseconds(1)
    }
    let promtool = try Tool.named(
      "promtool", "check", "metrics", missing: "promtool is missing: install Debian's package `prometheus`")
    let outcome = try await promtool.run(input: registry.render(.text))
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)")
  }

  private var refused: Double? {
    registry.samples("telemetry_metrics_refused_total").first?.split(separator: " ").last.flatMap { Double($0) }
  }
}

extension MetricsRegistry {
  fileprivate func text(_ format: ExpositionFormat = .text) -> String {
    String(decoding: render(format), as: UTF8.self)
  }

  fileprivate func samples(_ name: String) -> [String] {
    text().split(separator: "\n").map(String.init).filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
  }
}
