import TestSupport
import Testing

/// What the documentation is written from.
@Suite struct CatalogueTests {
  @Test(.hangLimit)
  func `a running worker shows the families that the catalogue names, and no others`() async throws {
    try await withScene([:]) { scene in
      let worker = try await scene.startWorker()
      try await scene.push(Messages(20).payloads)
      try await scene.awaitReceived(20)
      try await scene.awaitIdle()
      let catalogue = try await Program.run(["generate-docs"])
      let rows = catalogue.output.split(separator: "\n").prefix { !$0.hasPrefix("| histogram ") }
      let documented = Set(rows.compactMap { $0.firstMatch(of: /^\| `([a-z_]+)`/).map { String($0.output.1) } })
      let types = try await worker.get("/metrics").text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
      let shown = Set(types.compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) })
      #expect(shown.isSubset(of: documented), "\(shown.subtracting(documented))")
      // Those that there may be nothing to say of: an empty lane, no instance that is stopped, no limit, no series
      // too many.
      let silent = documented.subtracting(shown)
      #expect(
        silent.isSubset(of: [
          "whatsapp_fila_mais_antiga_timestamp_seconds", "whatsapp_estacionada_mais_antiga_timestamp_seconds",
          "whatsapp_limitador_fichas",
          "process_virtual_memory_max_bytes",
          "telemetry_series_folded_total",
        ]), "\(silent)")
    }
  }
}
