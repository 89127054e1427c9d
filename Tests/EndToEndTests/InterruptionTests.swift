import Delivery
import Foundation
import Glibc
import TestSupport
import Testing

/// What is left of commands that are told to end in the middle of their work: nothing.
@Suite struct InterruptionTests {
  @Test(.timeLimit(.minutes(1)), arguments: [SIGTERM, SIGINT, SIGKILL])
  func `a demo that is ended leaves no process, and no folder where it could take it away`(signal: Int32) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("d-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let demo = try Program.start(["demo", "--messages", "100000", "--rate", "50"], ["TMPDIR": folder.path])
    try await eventually("its Redis and its worker", within: .seconds(30), every: .milliseconds(10)) {
      ProcessTable.children(of: demo.processIdentifier).count == 2
    }
    let children = ProcessTable.children(of: demo.processIdentifier)
    demo.signal(signal)
    let end = try await demo.end(within: .seconds(30))
    try await eventually("the end of what it started", within: .seconds(10), every: .milliseconds(10)) {
      !children.contains(where: ProcessTable.isRunning)
    }
    guard signal != SIGKILL else { return #expect(end == .killed(SIGKILL)) }
    #expect(end == .exited(128 + signal), "\(demo.errors)")
    #expect(demo.errors.hasPrefix("ifinu: ended by SIG"), "\(demo.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test(.timeLimit(.minutes(1)), arguments: [SIGTERM, SIGKILL])
  func `a load test that is ended takes its worker along`(signal: Int32) async throws {
    try await withScene(["IFINU_TEST_NUMBER": Messages.number(1), "IFINU_RATE": "20"]) { scene in
      let worker = try await scene.startWorker()
      try await worker.stop()
      let test = try scene.start("loadtest", "5000", with: ["IFINU_HTTP_ADDRESS": worker.httpAddress])
      try await scene.awaitReceived(1)
      let children = ProcessTable.children(of: test.processIdentifier)
      #expect(children.count == 1)
      test.signal(signal)
      #expect(try await test.end() == (signal == SIGKILL ? .killed(SIGKILL) : .exited(128 + signal)))
      try await eventually("the worker's end", within: .seconds(30), every: .milliseconds(10)) {
        !children.contains(where: ProcessTable.isRunning)
      }
      #expect(try await scene.snapshot().inFlight == 0)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a load test whose worker can't start says so at once`() async throws {
    try await withScene(["IFINU_TEST_NUMBER": Messages.number(1)]) { scene in
      let start = ContinuousClock.now
      // It listens, and is no HTTP server that answers: the worker of the test finds its port taken.
      let address = "127.0.0.1:\(scene.redis.port)"
      let outcome = try await scene.run("loadtest", "5", with: ["IFINU_HTTP_ADDRESS": address])
      #expect(outcome.end == .exited(1) && ContinuousClock.now - start < .seconds(12))
      #expect(outcome.errors.contains("already in use") && outcome.errors.contains("the worker ended with the code 1"))
    }
  }
}
