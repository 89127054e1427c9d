import Telemetry

/// Prints a figure beside the one it has to stay within.
func report(_ name: String, _ value: Double, _ unit: String, bound: Double) {
  let tenths = (value * 10).rounded() / 10
  print("\(name)  \(tenths) \(unit)  (at most \(bound))")
}

let calls = 50_000_000
let buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
// First, since memory freed by another measurement would be used again and not counted.
var memory = Memory()
let counterBytes = try memory.perSeries { registry in
  let family = try registry.counter("bench_messages_total", help: "Messages.", labels: ["motivo"])
  return { _ = try family.with($0) }
}
report("memory of a labelled counter", counterBytes, "bytes", bound: 1_000)

let histogramBytes = try memory.perSeries { registry in
  let family = try registry.histogram("bench_wait_seconds", help: "Waits.", buckets: buckets, labels: ["motivo"])
  return { _ = try family.with($0) }
}
report("memory of a labelled histogram of 11 buckets", histogramBytes, "bytes", bound: 2_000)

let registry = MetricsRegistry()

let counter = try registry.counter("bench_calls_total", help: "Calls.")
let histogram = try registry.histogram("bench_duration_seconds", help: "Durations.", buckets: buckets)

for (threads, bound) in [(1, 7.0), (2, 14.0)] {
  let time = Measurement.perCall(calls: calls, threads: threads) { calls in
    for _ in 0..<calls { counter.increment() }
  }
  report("counter increment, \(threads) thread(s)", time, "ns/call", bound: bound)
}

for (threads, bound) in [(1, 10.0), (2, 20.0)] {
  let time = Measurement.perCall(calls: calls, threads: threads) { calls in
    // Over the buckets up to 10 s, each as often as the others.
    var next = 0
    for _ in 0..<calls {
      histogram.observe(buckets[next])
      next = next == 9 ? 0 : next + 1
    }
  }
  report("observation in 11 buckets, \(threads) thread(s)", time, "ns/call", bound: bound)
}

for format in ExpositionFormat.allCases {
  let rendering = try Rendering(buckets: buckets)
  let time = Measurement.perUnit { rendering.lines(format, times: 50) }
  report("rendering 10,000 lines, \(format)", time, "ns/line", bound: 90)
}

print("\none scrape, rendered on one thread, without the network; the pipeline's scenario `scrape` measures a worker's")
for series in [1_000, 10_000] {
  let scrape = try Scrape(series: series, buckets: buckets)
  for format in ExpositionFormat.allCases {
    let plain = Measurement.perUnit { (0..<20).reduce(0) { count, _ in count + (scrape.render(format) > 0 ? 1 : 0) } }
    let compressed = Measurement.perUnit {
      (0..<20).reduce(0) { count, _ in count + (scrape.renderCompressed(format) > 0 ? 1 : 0) }
    }
    let sizes = "\(scrape.render(format)) and \(scrape.renderCompressed(format)) bytes"
    print(
      "\(series) series, \(format)  \(milliseconds(plain)) ms, with gzip \(milliseconds(compressed)) ms  (\(sizes))")
  }
}

/// Nanoseconds in milliseconds, to the microsecond.
func milliseconds(_ nanoseconds: Double) -> Double { (nanoseconds / 1_000).rounded() / 1_000 }
