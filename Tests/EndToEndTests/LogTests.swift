import EvolutionSandbox
import JSON
import TestSupport
import Testing

/// What a worker logs. That no log shows a number, a text or a key is looked at after every test of a scene.
@Suite struct LogTests {
  @Test(.hangLimit)
  func `no record that is held back goes uncounted, the last ones included`() async throws {
    try await withScene { scene in
      try await scene.push((1...40).map { #"{"id":"ruim-\#($0)","telefone":"1","texto":"x"}"# })
      let worker = try await scene.startWorker()
      try await scene.awaitIdle()
      #expect(try await worker.stop() == .exited(0))
      let lines = worker.log.split(separator: "\n").filter { $0.contains("message refused") }
      let heldBack = lines.compactMap { $0.firstMatch(of: /held_back=(\d+)/).flatMap { Int($0.1) } }.reduce(0, +)
      let written = lines.count { $0.contains("message_id=") }
      #expect(heldBack > 0 && written + heldBack == 40, "\(lines)")
    }
  }

  @Test(.hangLimit, arguments: ["text", "json"])
  func `at the level debug, too, every record is one line and shows nobody's secrets`(format: String) async throws {
    let settings = ["IFINU_LOG_LEVEL": "debug", "IFINU_LOG_FORMAT": format]
    try await withScene(settings, sandbox: { $0.faults = FaultRates(limit: 0.1, fail: 0.2) }) { scene in
      let messages = Messages(100)
      try await scene.enqueue(messages)
      try await scene.push([
        #"{"id":"errada","telefone":"\#(Messages.number(7))","texto":7}"#,
        #"{"id":"falsa\n2026-01-01 info worker stopped","telefone":"1","texto":"\#(Messages.commonWords)"}"#,
      ])
      let worker = try await scene.startWorker()
      try await scene.awaitIdle()
      #expect(try await worker.stop() == .exited(0))
      let lines = worker.log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      #expect(lines.count > 50)
      #expect(lines.filter { $0.contains("worker stopped") && !$0.contains("falsa") }.count == 1)
      for line in lines {
        if format == "json" {
          let record = try JSONDocument(parsing: Array(line.utf8)).root
          #expect(record["time"]?.string != nil && record["level"]?.string != nil && record["message"]?.string != nil)
        } else {
          #expect(line.starts(with: /\d{4}-\d\d-\d\dT[\d:.]+Z \w+ +\S/), "\(line)")
        }
      }
    }
  }
}
