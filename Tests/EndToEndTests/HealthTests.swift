import TestSupport
import Testing

/// What a container's health check asks.
@Suite struct HealthTests {
  @Test(.timeLimit(.minutes(1)))
  func `a worker says how it is, and a port where none listens is not well`() async throws {
    try await withScene { scene in
      let worker = try await scene.startWorker()
      let well = try await scene.run("health", with: ["IFINU_HTTP_ADDRESS": worker.httpAddress])
      #expect(well.end == .exited(0), "\(well.errors)")
      try await eventually("a ready worker", every: .milliseconds(50)) {
        try await scene.run("health", "--ready", with: ["IFINU_HTTP_ADDRESS": worker.httpAddress]).end == .exited(0)
      }
      try await worker.stop()
      let gone = try await scene.run("health", with: ["IFINU_HTTP_ADDRESS": worker.httpAddress])
      #expect(gone.end == .exited(1) && gone.output.isEmpty && gone.errors.contains("/livez"), "\(gone)")
    }
  }
}
