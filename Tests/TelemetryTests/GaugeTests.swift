import Telemetry
import TestSupport
import Testing

@Suite struct GaugeTests {
  @Test func `a gauge goes up and down`() throws {
    let gauge = try MetricsRegistry().gauge("x", help: "X.")
    gauge.set(5)
    gauge.increment()
    gauge.increment(by: 0.5)
    gauge.decrement(by: 10)
    gauge.decrement()
    #expect(gauge.value == -4.5)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a gauge that is no number is absent until it is one`(value: Double) throws {
    let registry = MetricsRegistry()
    let gauge = try registry.gauge("x", help: "X.")
    gauge.set(value)
    #expect(registry.text().isEmpty)
    gauge.increment(by: value)
    #expect(registry.text().isEmpty)
    gauge.increment(by: 2)
    #expect(registry.samples("x") == ["x 2.0"])
    gauge.clear()
    #expect(registry.text().isEmpty)
  }

  @Test(.hangLimit)
  func `no change by many tasks is lost`() async throws {
    let gauge = try MetricsRegistry().gauge("x", help: "X.")
    await withTaskGroup { group in
      for _ in 0..<20 {
        group.addTask {
          for _ in 0..<2_000 {
            gauge.increment(by: 3)
            gauge.decrement()
          }
        }
      }
    }
    #expect(gauge.value == 20 * 2_000 * 2)
  }
}
