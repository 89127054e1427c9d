import Telemetry
import TestSupport
import Testing

@Suite struct ExemplarTests {
  @Test func `each bucket shows its latest exemplar, in OpenMetrics only`() throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x_seconds", help: "X.", buckets: [1, 2], keepsExemplars: true)
    histogram.observe(0.5, exemplar: example("first", at: 1_700_000_000.25))
    histogram.observe(0.75, exemplar: example("second", at: 1_700_000_001.5))
    histogram.observe(0.25)
    histogram.observe(.seconds(3), exemplar: example(#"quote " back \ line "# + "\n"))
    #expect(
      registry.samples("x_seconds_bucket", .openMetrics) == [
        #"x_seconds_bucket{le="1.0"} 3 # {message_id="second"} 0.75 1700000001.5"#,
        #"x_seconds_bucket{le="2.0"} 3"#,
        #"x_seconds_bucket{le="+Inf"} 4 # {message_id="quote \" back \\ line \n"} 3.0"#,
      ])
    #expect(!registry.text().contains("#{") && !registry.text().contains(" # "))
  }

  @Test func `an exemplar is not even asked for unless the histogram keeps them`() throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x_seconds", help: "X.", buckets: [1])
    var asked = 0
    for _ in 0..<3 {
      histogram.observe(
        0.5,
        exemplar: {
          asked += 1
          return example("x")
        }())
    }
    #expect(asked == 0 && histogram.count == 3)
    #expect(!registry.text(.openMetrics).contains("message_id"))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a value that is not finite leaves no exemplar`(value: Double) throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x_seconds", help: "X.", buckets: [1], keepsExemplars: true)
    histogram.observe(value, exemplar: example("x"))
    #expect(!registry.text(.openMetrics).contains("message_id"))
    #expect(histogram.count == (value.isNaN ? 0 : 1))
  }

  @Test(arguments: [
    (118, "a", true), (119, "a", false), (118, "ã", true), (118, "👍", true), (119, "👍", false), (0, "a", true),
  ])
  func `labels may be 128 characters long together`(count: Int, character: String, isAccepted: Bool) {
    #expect((example(String(repeating: character, count: count)) != nil) == isAccepted)
  }

  @Test func `an exemplar that would make the exposition invalid is refused`() {
    #expect(Exemplar([("mês", "x")]) == nil)
    #expect(Exemplar([("a", "x"), ("a", "y")]) == nil)
    #expect(Exemplar([("a", "x")], at: .nan) == nil)
    #expect(Exemplar([("a", "x"), ("b", "y")], at: 0) != nil)
    #expect(Exemplar([]) != nil)
  }

  @Test(.hangLimit)
  func `the Python client reads exemplars back`() async throws {
    let registry = MetricsRegistry()
    let family = try registry.histogram(
      "x_seconds", help: "X.", buckets: [1], labels: ["resultado"], keepsExemplars: true)
    // Without quotes: that parser takes an escaped one in an exemplar for its end.
    let id = "ação {} # \\ 👍"
    try family.with("sucesso").observe(0.5, exemplar: example(id, at: 1_700_000_000.125))
    try family.with("falha").observe(7, exemplar: Exemplar([]))
    let python = try Tool.python(
      """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
      found = [s.exemplar for f in parse(sys.stdin.buffer.read().decode()) for s in f.samples if s.exemplar]
      for e in found: sys.stdout.buffer.write(f"{e.labels.get('message_id')}|{e.value}|{e.timestamp and float(e.timestamp)}\\n".encode())
      """)
    let outcome = try await python.run(input: registry.render(.openMetrics))
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output == "None|7.0|None\n\(id)|0.5|1700000000.125\n")
  }

  @Test(.hangLimit)
  func `scrapes among observations show no exemplar of an empty bucket`() async throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x_seconds", help: "X.", buckets: [1], keepsExemplars: true)
    await withTaskGroup { group in
      for task in 0..<8 {
        group.addTask {
          for index in 0..<500 { histogram.observe(0.5, exemplar: self.example("\(task)-\(index)")) }
        }
        group.addTask {
          for _ in 0..<50 {
            for line in registry.samples("x_seconds_bucket", .openMetrics) where line.contains(" # ") {
              #expect(!line.contains("} 0 # "), "\(line)")
            }
          }
        }
      }
    }
    #expect(histogram.count == 4_000)
  }

  private func example(_ id: String, at time: Double? = nil) -> Exemplar? {
    Exemplar([("message_id", id)], at: time)
  }
}
