import Foundation
import Glibc
import TestSupport
import Testing

/// `ifinu demo`; one at a time, since all of them want the worker's usual port first.
@Suite(.serialized) struct DemoTests {
  @Test(.hangLimit)
  func `the demo delivers its messages and ends`() async throws {
    let outcome = try await Program.run(["demo", "--messages", "100", "--rate", "0", "--latency", "0ms"])
    #expect(outcome.end == .exited(0), "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("the sandbox received 100 messages\n"), "\(outcome.output)")
    #expect(!outcome.output.contains("\u{1B}") && outcome.errors.isEmpty, "\(outcome.errors)")
  }

  @Test(.hangLimit, arguments: [SIGTERM, SIGINT, SIGKILL])
  func `a demo that is ended leaves no process, and no folder where it could take it away`(signal: Int32) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("d-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let demo = try await Program.start(["demo", "--messages", "100000", "--rate", "50"], ["TMPDIR": folder.path])
    try await eventually("its Redis and its worker", every: .milliseconds(10)) {
      ProcessTable.children(of: demo.processIdentifier).count == 2
    }
    let children = ProcessTable.children(of: demo.processIdentifier)
    demo.signal(signal)
    let end = try await demo.end()
    try await eventually("the end of what it started", every: .milliseconds(10)) {
      !children.contains(where: ProcessTable.isRunning)
    }
    guard signal != SIGKILL else { return #expect(end == .killed(SIGKILL)) }
    #expect(end == .exited(128 + signal), "\(demo.errors)")
    #expect(demo.errors.contains("ifinu: ended by SIG"), "\(demo.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
