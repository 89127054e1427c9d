import Telemetry
import TestSupport
import Testing

@Suite struct SeriesLimitTests {
  @Test func `series beyond the limit share one, and are counted`() throws {
    let registry = MetricsRegistry(seriesLimit: 2)
    let family = try registry.counter("x_total", help: "X.", labels: ["a", "b"])
    for index in 0..<5 { try family.with("\(index)", "z").increment(by: 10) }
    try family.with("0", "z").increment()
    #expect(
      registry.samples("x_total") == [
        #"x_total{a="0",b="z"} 11.0"#, #"x_total{a="1",b="z"} 10.0"#,
        #"x_total{a="__outros__",b="__outros__"} 30.0"#,
      ])
    #expect(
      registry.samples("telemetry_series_folded_total") == [#"telemetry_series_folded_total{family="x_total"} 3.0"#])
  }

  @Test func `asking for the shared series is not counted as folding`() throws {
    let registry = MetricsRegistry(seriesLimit: 1)
    let family = try registry.gauge("x", help: "X.", labels: ["a"])
    let shared = try family.with("__outros__")
    _ = try family.with("first")
    #expect(
      registry.samples("telemetry_series_folded_total") == [#"telemetry_series_folded_total{family="x"} 0.0"#])
    #expect(try family.with("second") === shared)
  }

  @Test(arguments: [0, -1])
  func `with a limit of zero or less every series is the shared one`(limit: Int) throws {
    let registry = MetricsRegistry(seriesLimit: limit)
    let family = try registry.histogram("x", help: "X.", buckets: [1], labels: ["a"])
    try family.with("first").observe(1)
    try registry.counter("y_total", help: "Y.").increment()
    try registry.info("z_info", help: "Z.", labels: [("a", "1")])
    #expect(registry.samples("x_count") == [#"x_count{a="__outros__"} 1"#])
    #expect(registry.samples("y_total") == ["y_total 1.0"])
    #expect(registry.samples("z_info") == [#"z_info{a="1"} 1.0"#])
  }

  @Test func `a callback's series beyond the limit are left out and counted at each scrape`() throws {
    let registry = MetricsRegistry(seriesLimit: 2)
    try registry.callback(.gauge, "x", help: "X.", labels: ["a"]) {
      (0..<5).reversed().map { Sample(labels: ["\($0)"], value: 1) }
    }
    #expect(registry.samples("x") == [#"x{a="0"} 1.0"#, #"x{a="1"} 1.0"#])
    #expect(
      registry.samples("telemetry_series_folded_total") == [#"telemetry_series_folded_total{family="x"} 3.0"#])
  }

  @Test(.hangLimit)
  func `tasks that ask at once for the same series get the same one`() async throws {
    let registry = MetricsRegistry(seriesLimit: 100)
    let family = try registry.counter("x_total", help: "X.", labels: ["a"])
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for index in 0..<200 { try family.with("\(index)").increment() } }
      }
      try await group.waitForAll()
    }
    let values = registry.samples("x_total").compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    #expect(values.count == 101)
    #expect(values.reduce(0, +) == 8 * 200)
  }
}
