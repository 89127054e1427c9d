import Delivery
import HTTPClient
import Messaging
import Monitoring
import Operations
import RedisQueue
import Time

/// A load test: puts messages into the queue and watches a worker until they are out of it.
struct LoadRun {
  let configuration: Configuration
  let queue: RedisMessageQueue
  let producer: RedisProducer
  let fetcher: HTTPFetcher
  let messages: Int

  private static let batch = 1_000
  private static let look = Duration.milliseconds(200)
  /// How long nothing may move before the test is given up.
  private static let stallTimeout = Duration.seconds(60)

  /// Where the worker's metrics are.
  var metricsURL: String { "http://\(configuration.monitoring.address)/metrics" }

  /// Runs the test.
  ///
  /// - Throws: ``WorkFailure`` when Redis is away, the worker vanishes, or nothing moves for a minute.
  func run() async throws -> LoadReport {
    let before = try await scrape()
    let start = ContinuousClock.now
    try await enqueue()
    var peakMemory = 0.0
    var (lastWaiting, lastMove) = (messages, start)
    var progress = ProgressBar("deliver")
    while true {
      let page = try await scrape()
      peakMemory = max(peakMemory, page.value("process_resident_memory_bytes"))
      let snapshot = try await configuration.explainingFailures { () async throws(QueueError) in
        try await queue.snapshot()
      }
      let waiting = snapshot.lanes.values.reduce(0) { $0 + $1.length } + snapshot.inFlight
      let done = messages - min(messages, waiting)
      progress.show(Double(done) / Double(max(1, messages)), "\(done)/\(messages), \(snapshot.dead) dead letters")
      if waiting != lastWaiting { (lastWaiting, lastMove) = (waiting, .now) }
      guard lastMove.duration(to: .now) < Self.stallTimeout else { throw standstill(with: waiting) }
      if waiting == 0 { return report(from: before, to: try await scrape(), since: start, peakMemory, &progress) }
      try await Task.sleep(for: Self.look)
    }
  }

  private func standstill(with waiting: Int) -> WorkFailure {
    WorkFailure(
      message: """
        \(counted(waiting, "message")) left, and nothing has moved for \(Self.stallTimeout.components.seconds) s: \
        `ifinu doctor` may know why, or the worker at \(metricsURL) serves another queue than \(configuration.redis.url)
        """)
  }

  private func enqueue() async throws {
    let now = Timestamp(nanoseconds: WallClock.nanoseconds)
    let name = String(now.nanoseconds / 1_000_000, radix: 36)
    for first in stride(from: 1, through: messages, by: Self.batch) {
      let payloads = (first...min(messages, first + Self.batch - 1)).map {
        NewMessage.loadTest($0, run: name, now: Timestamp(nanoseconds: WallClock.nanoseconds))
      }
      try await configuration.explainingFailures { () async throws(QueueError) in
        try await producer.enqueue(payloads, to: .standard)
      }
    }
  }

  private func scrape() async throws(WorkFailure) -> MetricsPage {
    guard let page = await fetcher.page(at: metricsURL) else {
      throw .away("no worker answers at \(metricsURL) (IFINU_HTTP_ADDRESS)")
    }
    return MetricsPage(page)
  }

  private func report(
    from before: MetricsPage, to after: MetricsPage, since start: ContinuousClock.Instant, _ peakMemory: Double,
    _ progress: inout ProgressBar
  ) -> LoadReport {
    func gain(_ series: String) -> Int { Int(after.value(series) - before.value(series)) }
    let elapsed = (ContinuousClock.now - start).inSeconds
    let cpu = after.value("process_cpu_seconds_total") - before.value("process_cpu_seconds_total")
    progress.finish("\(messages)/\(messages)")
    return LoadReport(
      messages: messages, seconds: elapsed,
      sent: gain(#"whatsapp_mensagens_total{destino="enviada"}"#),
      retries: gain(#"whatsapp_mensagens_total{destino="reagendada"}"#),
      dead: gain(#"whatsapp_mensagens_total{destino="morta"}"#),
      waits: .init(HistogramGain(of: "whatsapp_fila_espera_seconds", from: before, to: after), bound: elapsed),
      sends: .init(HistogramGain(of: "whatsapp_envio_duracao_seconds", from: before, to: after), bound: elapsed),
      cpuMicroseconds: cpu * 1e6 / Double(max(1, messages)), peakMemory: peakMemory)
  }
}
