import TestSupport
import Testing

/// What a container's health check asks.
@Suite struct HealthTests {
  @Test(.hangLimit)
  func `a worker says how it is, and a port where none listens is not well`() async throws {
    try await withScene { scene in
      let worker = try await scene.startWorker()
      let patience = "5m"
      let well = try await scene.run(
        "health", "--timeout", patience, with: ["IFINU_HTTP_ADDRESS": worker.httpAddress])
      #expect(well.end == .exited(0), "\(well.errors)")
      try await eventually("a ready worker", every: .milliseconds(50)) {
        try await scene.run("health", "--ready", with: ["IFINU_HTTP_ADDRESS": worker.httpAddress]).end == .exited(0)
      }
      let port = try HeldPort()
      let gone = try await scene.run(
        "health", "--timeout", patience, with: ["IFINU_HTTP_ADDRESS": "127.0.0.1:\(port.number)"])
      #expect(gone.end == .exited(1) && gone.output.isEmpty && gone.errors.contains("/livez"), "\(gone)")
    }
  }
}
