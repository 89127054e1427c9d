import EvolutionSandbox
import Foundation
import JSON
import TestSupport
import Testing

/// When requests to send came, and how many at once.
@Suite(.hangLimit) struct SendLogTests {
  @Test func `every request to send is told with its times, those that fail too`() async throws {
    try await withSandbox {
      $0.standingFaults.instances = ["b": .closed]
    } _: { sandbox, client in
      let before = Int(Date().timeIntervalSince1970 * 1e6)
      for name in ["a", "b", "a"] { _ = try await client.sendText(on: name) }
      _ = try await client.get("/instance/connectionState/a")
      let root = try await client.get("/sandbox/sends").json
      let sends = try #require(root["sends"]?.elements)
      #expect(sends.map { $0["instance"]?.string } == ["a", "b", "a"])
      #expect(sends.map { $0["status"]?.integer } == [201, 500, 201])
      let times = sends.flatMap { [$0["arrivedAt"]?.integer ?? 0, $0["endedAt"]?.integer ?? 0] }
      #expect(times == times.sorted() && times[0] >= before - 1)
      #expect(root["mostAtOnce"]?.members.map { "\($0.name) \($0.value.integer ?? 0)" } == ["a 1", "b 1"])
      let latest = try await client.get("/sandbox/sends?instance=a&limit=1").json
      #expect(latest["sends"]?.elements.map { $0["arrivedAt"]?.integer } == [times[4]])
      #expect(latest["mostAtOnce"]?.members.count == 1)
      #expect(sandbox.sends.map(\.arrivedAt) == [times[0], times[2], times[4]])
    }
  }

  @Test func `the most at once are counted for each instance`() async throws {
    try await withSandbox {
      $0.latency = .forever
    } _: { sandbox, client in
      let sends = ["a", "b", "a", "a"].map { name in Task { try await client.sendText(on: name) } }
      try await eventually("all of them") { sandbox.sends.count == 4 }
      #expect(sandbox.mostSendsAtOnce == ["a": 3, "b": 1])
      for send in sends { send.cancel() }
      try await eventually("their ends") { sandbox.sends.allSatisfy { $0.endedAt != nil } }
      sandbox.changeFaults { $0.instances["a"] = .noInstance }
      _ = try await client.sendText(on: "a")
      #expect(sandbox.mostSendsAtOnce == ["a": 3, "b": 1])
    }
  }

  @Test func `the latest are kept`() async throws {
    try await withSandbox {
      $0.keptMessages = 10
    } _: { sandbox, client in
      for number in 1...100 { _ = try await client.sendText(on: "i\(number)") }
      #expect(sandbox.sends.map(\.instance) == (91...100).map { "i\($0)" })
      #expect(sandbox.sends.allSatisfy { $0.status == 201 && $0.endedAt ?? 0 >= $0.arrivedAt })
    }
  }
}
