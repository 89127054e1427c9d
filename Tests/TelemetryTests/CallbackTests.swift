import Synchronization
import Telemetry
import Testing

@Suite struct CallbackTests {
  @Test func `a callback is read at each scrape, and what it does not give is absent`() throws {
    let registry = MetricsRegistry()
    let reading = Reading()
    try registry.callback(.gauge, "x", help: "X.", labels: ["fila"]) { reading.samples.withLock { $0 } }
    #expect(!registry.text().contains("# TYPE x "))
    reading.samples.withLock { $0 = [Sample(labels: ["b"], value: 2), Sample(labels: ["a"], value: 1)] }
    #expect(registry.samples("x") == [#"x{fila="a"} 1.0"#, #"x{fila="b"} 2.0"#])
    reading.samples.withLock { $0 = [] }
    #expect(!registry.text().contains("# TYPE x "))
  }

  @Test func `samples that would make the exposition invalid are dropped`() throws {
    let registry = MetricsRegistry()
    try registry.callback(.gauge, "x", help: "X.", labels: ["b", "a"]) {
      [
        Sample(labels: ["1", "2"], value: 1), Sample(labels: ["1", "2"], value: 2), Sample(labels: [], value: 3),
        Sample(labels: ["1"], value: 4), Sample(labels: ["1", "2", "3"], value: 5),
        Sample(labels: ["n", "n"], value: .nan), Sample(labels: ["i", "i"], value: .infinity),
        Sample(labels: ["0", "9\n"], value: -6),
      ]
    }
    #expect(registry.samples("x") == [#"x{a="2",b="1"} 1.0"#, #"x{a="9\n",b="0"} -6.0"#])
  }

  @Test func `a counter from a callback is never negative`() throws {
    let registry = MetricsRegistry()
    try registry.callback(.counter, "x_total", help: "X.") { [Sample(value: -1)] }
    try registry.callback(.counter, "y_total", help: "Y.") { [Sample(value: 7), Sample(value: 8)] }
    #expect(registry.samples("x_total").isEmpty)
    #expect(registry.samples("y_total") == ["y_total 7.0"])
    #expect(registry.text(.openMetrics).contains("# TYPE y counter\n"))
  }

  @Test func `a callback may use the registry itself`() throws {
    let registry = MetricsRegistry()
    let inner = MetricsRegistry()
    try registry.callback(.gauge, "x", help: "X.") {
      _ = try? inner.gauge("y", help: "Y.")
      return [Sample(value: Double(inner.render(.text).count))]
    }
    #expect(registry.samples("x").count == 1)
  }

  private final class Reading: Sendable {
    let samples = Mutex<[Sample]>([])
  }
}
