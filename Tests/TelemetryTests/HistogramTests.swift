import Foundation
import Telemetry
import TestSupport
import Testing

@Suite struct HistogramTests {
  @Test(
    arguments: [
      (-1.0, [1, 1, 1]), (0, [1, 1, 1]), (1, [1, 1, 1]), (1.0.nextUp, [0, 1, 1]), (2, [0, 1, 1]), (3, [0, 0, 1]),
      (.infinity, [0, 0, 1]), (-.infinity, [1, 1, 1]), (.nan, [0, 0, 0]), (.greatestFiniteMagnitude, [0, 0, 1]),
    ] as [(Double, [Int])])
  func `an observation falls into its bucket and all above`(value: Double, counts: [Int]) throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x", help: "X.", buckets: [1, 2])
    histogram.observe(value)
    let shown = registry.samples("x_bucket").map { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(shown == counts)
    #expect(histogram.count == UInt64(counts[2]))
    #expect(histogram.sum == (value.isFinite ? value : 0))
  }

  @Test func `the sum stays a number whatever is observed`() throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x", help: "X.", buckets: [1])
    for value in [Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity] {
      histogram.observe(value)
      #expect(histogram.sum.isFinite)
    }
    for value in [-Double.greatestFiniteMagnitude, -.infinity, -.greatestFiniteMagnitude] { histogram.observe(value) }
    #expect(histogram.sum.isFinite)
    #expect(registry.samples("x_count") == ["x_count 7"])
  }

  @Test(
    arguments: [
      (Duration.milliseconds(250), 0.25), (.zero, 0), (.seconds(-2), -2), (.nanoseconds(1), 1e-9),
      (.seconds(Int64.max), 0x1p63), (.seconds(Int64.min), -0x1p63),
    ] as [(Duration, Double)])
  func `a duration is observed in seconds`(duration: Duration, seconds: Double) throws {
    let histogram = try MetricsRegistry().histogram("x_seconds", help: "X.", buckets: [1])
    histogram.observe(duration)
    #expect(histogram.sum == seconds)
    #expect(histogram.count == 1)
  }

  @Test(arguments: [1, 15, 16, 17, 31, 32, 33, 100])
  func `any number of buckets works`(count: Int) throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x", help: "X.", buckets: (1...count).map(Double.init))
    for value in 1...count + 1 { histogram.observe(Double(value)) }
    let shown = registry.samples("x_bucket").map { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(shown == Array(1...count + 1))
    #expect(histogram.sum == Double((count + 1) * (count + 2) / 2))
  }

  @Test(.hangLimit)
  func `no observation of many tasks is lost, and each scrape agrees with itself`() async throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x", help: "X.", buckets: [1, 2, 3])
    await withTaskGroup { group in
      for _ in 0..<20 {
        group.addTask {
          for step in 0..<5_000 {
            histogram.observe(Double(step % 4) + 0.5)
            if step % 500 == 0 { await Task.yield() }
          }
        }
      }
      group.addTask {
        var last = 0
        while last < 20 * 5_000 {
          let buckets = registry.samples("x_bucket").compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
          let count = registry.text().split(separator: "\n").last.flatMap { $0.split(separator: " ").last }
          #expect(buckets == buckets.sorted())
          #expect(buckets.last.map { $0 >= last } == true)
          last = count.flatMap { Int($0) } ?? .max
          await Task.yield()
        }
      }
    }
    #expect(histogram.count == 20 * 5_000)
    #expect(histogram.sum == 20 * 5_000 * 2)
  }

  @Test(.hangLimit)
  func `no observation of threads is lost, at once and one after another`() throws {
    let histogram = try MetricsRegistry().histogram("x", help: "X.", buckets: [1])
    for _ in 0..<4 {
      let done = DispatchGroup()
      for _ in 0..<24 {
        done.enter()
        Thread.detachNewThread {
          for _ in 0..<5_000 { histogram.observe(0.5) }
          done.leave()
        }
      }
      done.wait()
    }
    #expect(histogram.count == 4 * 24 * 5_000)
    #expect(histogram.sum == 4 * 24 * 5_000 * 0.5)
  }

  @Test(.hangLimit)
  func `the count of a scrape is its last bucket while observations go on`() async throws {
    let registry = MetricsRegistry()
    let histogram = try registry.histogram("x", help: "X.", buckets: [1])
    try await withThrowingTaskGroup { group in
      group.addTask { while !Task.isCancelled { for _ in 0..<1_000 { histogram.observe(0.5) } } }
      for _ in 0..<500 {
        let lines = registry.text().split(separator: "\n")
        let last = try #require(lines.first { $0.contains("+Inf") }?.split(separator: " ").last)
        let count = try #require(lines.first { $0.hasPrefix("x_count") }?.split(separator: " ").last)
        #expect(last == count)
      }
      group.cancelAll()
    }
  }
}
