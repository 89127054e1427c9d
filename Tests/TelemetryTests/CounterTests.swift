import Telemetry
import TestSupport
import Testing

@Suite struct CounterTests {
  @Test func `a counter adds up`() throws {
    let counter = try MetricsRegistry().counter("x_total", help: "X.")
    #expect(counter.value == 0)
    counter.increment()
    counter.increment(by: 41)
    counter.add(0.25)
    #expect(counter.value == 42.25)
  }

  @Test(arguments: [-1.0, 0, -.infinity, .infinity, .nan])
  func `what is no growth is ignored`(amount: Double) throws {
    let counter = try MetricsRegistry().counter("x_total", help: "X.")
    counter.increment(by: 2)
    counter.add(amount)
    counter.increment(by: -1)
    counter.increment(by: 0)
    counter.increment(by: .min)
    #expect(counter.value == 2)
  }

  @Test func `a counter past the integers' end stays above where it was`() throws {
    let registry = MetricsRegistry()
    let counter = try registry.counter("x_total", help: "X.")
    var last = 0.0
    for _ in 0..<5 {
      counter.increment(by: .max)
      counter.increment()
      #expect(counter.value > last)
      last = counter.value
    }
    #expect(abs(counter.value / (5 * 0x1p63) - 1) < 1e-9)
    counter.add(.greatestFiniteMagnitude)
    counter.add(.greatestFiniteMagnitude)
    #expect(counter.value == .greatestFiniteMagnitude)
    #expect(registry.samples("x_total").count == 1)
  }

  @Test(.hangLimit)
  func `no increment of many tasks is lost`() async throws {
    let counter = try MetricsRegistry().counter("x_total", help: "X.")
    await withTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          for step in 0..<2_000 {
            counter.increment()
            counter.increment(by: 2)
            counter.add(0.5)
            if step % 100 == 0 { await Task.yield() }
          }
        }
      }
    }
    #expect(counter.value == 50 * 2_000 * 3.5)
  }
}
