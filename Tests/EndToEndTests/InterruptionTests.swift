import Delivery
import Foundation
import Glibc
import TestSupport
import Testing

/// What is left of a load test that is told to end in the middle of its work: nothing.
@Suite struct InterruptionTests {
  @Test(.hangLimit, arguments: [SIGTERM, SIGKILL])
  func `a load test that is ended takes its worker along`(signal: Int32) async throws {
    try await withScene(["IFINU_TEST_NUMBER": Messages.number(1), "IFINU_RATE": "20"]) { scene in
      let port = try HeldPort()
      let test = try await scene.start("loadtest", "5000", with: ["IFINU_HTTP_ADDRESS": "127.0.0.1:\(port.number)"])
      try await scene.awaitReceived(1)
      let children = ProcessTable.children(of: test.processIdentifier)
      #expect(children.count == 1)
      test.signal(signal)
      #expect(try await test.end() == (signal == SIGKILL ? .killed(SIGKILL) : .exited(128 + signal)))
      try await eventually("the worker's end", every: .milliseconds(10)) {
        !children.contains(where: ProcessTable.isRunning)
      }
      // The kernel may tell a worker twice that its parent was killed; the second time it ends at once.
      guard signal != SIGKILL else { return }
      #expect(try await scene.snapshot().inFlight == 0)
    }
  }

  @Test(.hangLimit)
  func `a load test whose worker can't start says so at once`() async throws {
    try await withScene(["IFINU_TEST_NUMBER": Messages.number(1)]) { scene in
      // It listens, and is no HTTP server that answers: the worker of the test finds its port taken.
      let address = "127.0.0.1:\(scene.redis.port)"
      let outcome = try await scene.run("loadtest", "5", with: ["IFINU_HTTP_ADDRESS": address])
      #expect(outcome.end == .exited(1))
      #expect(outcome.errors.contains("already in use") && outcome.errors.contains("the worker ended with the code 1"))
    }
  }
}
