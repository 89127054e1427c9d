import Telemetry
import Testing

@Suite struct RegistrationTests {
  @Test(arguments: [
    "", "1x_total", "fila-tamanho_total", "fila tamanho_total", "ação_total", "a:b_total", "a\n_total", "__x_total",
    "camelCase_total", "x", "_total", "x_totals", "x_bucket_total", "x_count_total", "x_sum_total", "x_created_total",
    "x_gauge_total", "x_counter_total", "x_ms_total", "x_kb_total", "x_milliseconds_total", "x_megabytes_total",
  ])
  func `a counter's bad name is refused`(name: String) throws {
    let error = try #require(throws: MetricError.self) { _ = try MetricsRegistry().counter(name, help: "X.") }
    #expect(error.metric == name)
    #expect(error.description.hasPrefix("metric '\(name)': "))
    #expect(!error.problem.isEmpty && !error.fix.isEmpty)
  }

  @Test(arguments: ["x_total", "fichas_token_bucket", "whatsapp_dlq_count", "x_sum", "x_created", "x_hours", "x_gauge"])
  func `a name that would mislead is refused for gauges and histograms`(name: String) {
    let registry = MetricsRegistry()
    #expect(throws: MetricError.self) { _ = try registry.gauge(name, help: "X.") }
    #expect(throws: MetricError.self) { _ = try registry.histogram(name, help: "X.", buckets: [1]) }
    #expect(throws: MetricError.self) { try registry.callback(.gauge, name, help: "X.") { [] } }
    #expect(throws: MetricError.self) { try registry.info(name, help: "X.", labels: []) }
    #expect(registry.text().isEmpty)
  }

  @Test(arguments: [
    ["", "a"], ["1a"], ["a-b"], ["ação"], ["a b"], ["__a"], ["a", "a"], ["a", "b", "a"], ["le"], ["quantile"],
  ])
  func `bad labels are refused`(labels: [String]) {
    let registry = MetricsRegistry()
    #expect(throws: MetricError.self) { _ = try registry.counter("x_total", help: "X.", labels: labels) }
    #expect(throws: MetricError.self) { _ = try registry.gauge("x", help: "X.", labels: labels) }
    #expect(throws: MetricError.self) {
      _ = try registry.histogram("x", help: "X.", buckets: [1], labels: labels)
    }
    #expect(throws: MetricError.self) { try registry.callback(.gauge, "x", help: "X.", labels: labels) { [] } }
    #expect(throws: MetricError.self) { try registry.info("x", help: "X.", labels: labels.map { ($0, "1") }) }
    #expect(registry.text().isEmpty)
  }

  @Test(
    arguments: [[], [1, 1], [2, 1], [0, -0.0], [.nan], [1, .nan], [1, .infinity], [-.infinity, 1]] as [[Double]])
  func `bad buckets are refused`(buckets: [Double]) {
    #expect(throws: MetricError.self) {
      _ = try MetricsRegistry().histogram("x_seconds", help: "X.", buckets: buckets)
    }
  }

  @Test func `an empty help is refused`() {
    #expect(throws: MetricError.self) { _ = try MetricsRegistry().gauge("x", help: "") }
  }

  @Test func `a name is registered once`() throws {
    let registry = MetricsRegistry()
    _ = try registry.counter("x_total", help: "X.", labels: ["a"])
    let error = try #require(throws: MetricError.self) {
      _ = try registry.counter("x_total", help: "X.", labels: ["a"])
    }
    #expect(error.problem.contains("already"))
  }

  @Test(arguments: ["x", "x_bucket", "x_count", "x_sum", "x_created", "x_total"], [true, false])
  func `no family takes a name that another one's samples have`(name: String, histogramFirst: Bool) throws {
    let registry = MetricsRegistry()
    let histogram = { _ = try registry.histogram("x", help: "X.", buckets: [1]) }
    let other = {
      switch name {
      case "x_total": _ = try registry.counter(name, help: "X.")
      default: _ = try registry.gauge(name, help: "X.")
      }
    }
    #expect(throws: MetricError.self) {
      try histogramFirst ? histogram() : other()
      try histogramFirst ? other() : histogram()
    }
  }

  @Test func `a counter and a gauge do not share a name in OpenMetrics`() throws {
    let registry = MetricsRegistry()
    _ = try registry.counter("x_total", help: "X.")
    let error = try #require(throws: MetricError.self) { _ = try registry.gauge("x", help: "X.") }
    #expect(error.problem.contains("'x_total'"))
  }

  @Test func `a refused metric leaves no trace`() throws {
    let registry = MetricsRegistry()
    _ = try registry.gauge("x", help: "X.")
    let before = registry.render(.text)
    #expect(throws: MetricError.self) { _ = try registry.counter("x_total", help: "X.", labels: ["a"]) }
    #expect(registry.render(.text) == before)
  }

  @Test(arguments: [[], ["1"], ["1", "2", "3"]] as [[String]])
  func `a wrong number of label values is refused`(values: [String]) throws {
    let family = try MetricsRegistry().gauge("x", help: "X.", labels: ["a", "b"])
    let error = try #require(throws: MetricError.self) {
      switch values.count {
      case 0: _ = try family.with()
      case 1: _ = try family.with(values[0])
      default: _ = try family.with(values[0], values[1], values[2])
      }
    }
    #expect(error.fix.contains("2"))
  }

  @Test func `the same values give the same handle`() throws {
    let family = try MetricsRegistry().counter("x_total", help: "X.", labels: ["a"])
    #expect(try family.with("1") === family.with("1"))
    #expect(try family.with("1") !== family.with("2"))
  }
}
