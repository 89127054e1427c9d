import TestSupport
import Testing

/// Message ids behind the buckets of the send times.
@Suite struct ExemplarTests {
  @Test(.timeLimit(.minutes(1)), arguments: [true, false])
  func `a running worker shows them when they are switched on, in OpenMetrics`(isOn: Bool) async throws {
    try await withScene(isOn ? ["IFINU_EXEMPLARS": "on"] : [:]) { scene in
      let worker = try await scene.startWorker()
      let messages = Messages(20)
      try await scene.push(messages.payloads)
      try await scene.awaitReceived(20)
      try await scene.awaitIdle()
      let openMetrics = try await worker.get("/metrics", accept: "application/openmetrics-text; version=1.0.0").text
      let shown = openMetrics.split(separator: "\n").filter { $0.contains(" # {message_id=\"") }
      #expect(shown.isEmpty != isOn)
      #expect(shown.allSatisfy { $0.hasPrefix("whatsapp_envio_duracao_seconds_bucket{resultado=\"sucesso\"") })
      #expect(try await !worker.get("/metrics").text.contains("message_id"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a running worker shows no family that the documentation leaves out`() async throws {
    try await withScene { scene in
      let worker = try await scene.startWorker()
      try await scene.push(Messages(20).payloads)
      try await scene.awaitReceived(20)
      try await scene.awaitIdle()
      let documented = try Program.documentedSeries()
      let types = try await worker.get("/metrics").text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
      let shown = Set(types.compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) })
      #expect(shown.isSubset(of: documented), "\(shown.subtracting(documented))")
      // Those that a look at an idle lane, or this machine, has nothing to say of.
      let silent = documented.subtracting(shown)
      #expect(
        silent.isSubset(of: [
          "whatsapp_fila_mais_antiga_timestamp_seconds", "process_virtual_memory_max_bytes", "telemetry_series_folded_total",
        ]), "\(silent)")
    }
  }
}
