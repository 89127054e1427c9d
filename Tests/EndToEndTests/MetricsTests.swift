import Delivery
import EvolutionSandbox
import Messaging
import TestSupport
import Testing

/// What `/metrics` of a running worker says.
@Suite struct MetricsTests {
  private static let settings = ["IFINU_RATE": "100", "IFINU_BURST": "10"]
  private static let ofRedis = [
    #"whatsapp_fila_tamanho{fila="urgente"}"#, #"whatsapp_fila_tamanho{fila="whatsapp"}"#,
    #"whatsapp_fila_tamanho{fila="baixa"}"#, "whatsapp_em_voo", "whatsapp_agendadas", "whatsapp_dlq_tamanho",
  ]

  @Test(.hangLimit)
  func `every series is there, others can read it, and the counts add up`() async throws {
    try await withScene(Self.settings, sandbox: { $0.latency = .milliseconds(5) }) { scene in
      let worker = try await scene.startWorker()
      // So many in each lane, at that rate, that a look at Redis falls into the time when all of them hold some; on a
      // busy machine, where it may not, there are more.
      var perLane = 0
      var missing = KnownSeries.all
      do {
        try await eventually("every series", every: .milliseconds(20)) {
          if try await scene.snapshot().lanes[.urgent]?.length == 0 {
            perLane += 300
            for lane in Lane.allCases { try await scene.push(Messages(300).payloads, to: lane) }
          }
          missing = MetricsText(try await worker.get("/metrics").text).missing(from: KnownSeries.all)
          return missing.isEmpty
        }
      } catch {
        Issue.record("absent: \(missing)")
      }
      try await expectReadable(worker)

      let total = Lane.allCases.count * perLane
      try await scene.awaitReceived(total)
      try await scene.awaitIdle()
      try await eventually("counts that add up", every: .milliseconds(20)) {
        let page = MetricsText(try await worker.get("/metrics").text)
        return page[#"whatsapp_envios_total{resultado="sucesso"}"#] == Double(total)
          && page[#"whatsapp_mensagens_total{destino="enviada"}"#] == Double(total)
          && page[#"whatsapp_envio_duracao_seconds_count{resultado="sucesso"}"#] == Double(total)
          && page["whatsapp_limitador_espera_seconds_count"] == Double(total)
          && Lane.allCases.allSatisfy {
            page["whatsapp_fila_espera_seconds_count{fila=\"\($0.name)\"}"] == Double(perLane)
          }
      }
      #expect(scene.sandbox.receivedCount == total)
      let page = MetricsText(try await worker.get("/metrics").text)
      for series in KnownSeries.quiet { #expect(page[series] == 0, "\(series)") }
    }
  }

  @Test(.hangLimit)
  func `while Redis is away its gauges are absent, and the worker alive but not ready`() async throws {
    try await withScene(Self.settings) { scene in
      let worker = try await scene.startWorker()
      try await expectReady(worker, "at the start")
      await scene.redis.kill()
      try await eventually("the loss of Redis", every: .milliseconds(20)) {
        MetricsText(try await worker.get("/metrics").text)["redis_up"] == 0
      }
      let page = MetricsText(try await worker.get("/metrics").text)
      #expect(page.missing(from: Self.ofRedis) == Self.ofRedis)
      let readiness = try await worker.get("/readyz")
      #expect(readiness.status == 503 && readiness.text.contains("Redis"))
      #expect(try await worker.get("/livez").status == 200)
      #expect(page["whatsapp_trabalhadores"] == 20)

      try await scene.redis.restart()
      try await expectReady(worker, "after the restart")
    }
  }

  private func expectReady(_ worker: WorkerProcess, _ when: String) async throws {
    try await eventually("readiness \(when)", every: .milliseconds(20)) {
      let page = MetricsText(try await worker.get("/metrics").text)
      let status = try await worker.get("/readyz").status
      return page.missing(from: Self.ofRedis).isEmpty && page["redis_up"] == 1 && status == 200
    }
  }

  private func expectReadable(_ worker: WorkerProcess) async throws {
    let promtool = try Tool.named(
      "promtool", "check", "metrics", missing: "promtool is missing: install Debian's package `prometheus`")
    let text = try await worker.get("/metrics").text
    let checked = try await promtool.run(input: Array(text.utf8))
    #expect(checked.status == 0 && checked.output.isEmpty, "\(checked.output)")

    let python = try Tool.python(
      """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
      print(sum(len(f.samples) for f in parse(sys.stdin.read())))
      """)
    let openMetrics = try await worker.get("/metrics", accept: "application/openmetrics-text; version=1.0.0").text
    #expect(openMetrics.hasSuffix("# EOF\n"))
    let parsed = try await python.run(input: Array(openMetrics.utf8))
    #expect(parsed.status == 0, "\(parsed.output)")
    #expect(Int(parsed.output.prefix { $0.isNumber }) ?? 0 > KnownSeries.all.count)
  }
}
