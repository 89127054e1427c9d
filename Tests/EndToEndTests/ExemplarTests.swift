import TestSupport
import Testing

/// Message ids behind the buckets of the send times.
@Suite struct ExemplarTests {
  @Test(.hangLimit, arguments: [true, false])
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
}
