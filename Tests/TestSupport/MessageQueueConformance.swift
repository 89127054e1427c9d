internal import Delivery
internal import Messaging

/// What every ``MessageQueue`` must do; each implementation runs all of it.
package struct MessageQueueConformance: Sendable, CustomStringConvertible {
  /// What the check is about, as a sentence on the queue.
  package let description: String
  private let body: @Sendable (any MessageQueueHarness) async throws -> Void

  init(_ description: String, _ body: @escaping @Sendable (any MessageQueueHarness) async throws -> Void) {
    self.description = description
    self.body = body
  }

  /// Every check.
  package static let all: [MessageQueueConformance] = reserving + settling + timely + waiting + instances

  /// Runs the check on an empty queue.
  ///
  /// - Throws: ``ConformanceFault`` with what was expected and what was found.
  package func run(on harness: any MessageQueueHarness) async throws { try await body(harness) }
}

/// What a queue did otherwise than it must.
package struct ConformanceFault: Error, CustomStringConvertible {
  /// What was expected, and what was found.
  package let description: String
}

/// Compares what was found with what must be.
func expect<Value: Equatable>(
  _ found: Value, is expected: Value, _ what: String, line: Int = #line
) throws(ConformanceFault) {
  guard found == expected else {
    throw ConformanceFault(description: "\(what) (line \(line)): expected \(expected), found \(found)")
  }
}

extension MessageQueueConformance {
  static let reserving: [MessageQueueConformance] = [
    MessageQueueConformance("gives the messages of a lane in the order of their arrival") { harness in
      try await harness.push("1", "2", "3")
      try expect(try await harness.queue.reserve(upTo: 2).map(\.text), is: ["1", "2"], "the first two")
      try expect(try await harness.queue.reserve(upTo: 2).map(\.text), is: ["3"], "the rest")
      try expect(try await harness.queue.reserve(upTo: 2).count, is: 0, "an empty queue")
    },
    MessageQueueConformance("serves the lanes strictly in order") { harness in
      try await harness.push("low 1", "low 2", to: .low)
      try await harness.push("standard 1", to: .standard)
      try await harness.push("urgent 1", "urgent 2", to: .urgent)
      let leases = try await harness.queue.reserve(upTo: 4)
      try expect(leases.map(\.text), is: ["urgent 1", "urgent 2", "standard 1", "low 1"], "the order")
      try expect(leases.map(\.lane), is: [.urgent, .urgent, .standard, .low], "the lanes")
      try await harness.push("urgent 3", to: .urgent)
      try expect(try await harness.queue.reserve(upTo: 4).map(\.text), is: ["urgent 3", "low 2"], "the rest")
    },
    MessageQueueConformance("takes nothing when nothing is wanted") { harness in
      try await harness.push("1")
      try expect(try await harness.queue.reserve(upTo: 0).count, is: 0, "leases")
      try expect(try await harness.queue.snapshot().inFlight, is: 0, "in flight")
    },
    MessageQueueConformance("takes hundreds at once, in order") { harness in
      let texts = (0..<700).map { "{\"id\":\"\($0)\"}" }
      try await harness.push(texts.map { Array($0.utf8) }, to: .standard)
      let leases = try await harness.queue.reserve(upTo: 1000)
      try expect(leases.map(\.text), is: texts, "the payloads")
      try expect(Set(leases.map(\.token)).count, is: 700, "the tokens")
    },
    MessageQueueConformance("holds two messages with the same bytes to be two") { harness in
      try await harness.push("twin", "twin")
      let leases = try await harness.queue.reserve(upTo: 5)
      try expect(leases.map(\.text), is: ["twin", "twin"], "the leases")
      _ = try await harness.queue.settle(leases[0], as: .acknowledge)
      try expect(try await harness.queue.snapshot().inFlight, is: 1, "in flight after one settlement")
    },
    MessageQueueConformance("leaves every byte of a payload as it is, through release, recovery and burial") {
      harness in
      let payloads = oddPayloads
      try await harness.push(payloads, to: .low)
      for lease in try await harness.queue.reserve(upTo: 100).reversed() {
        _ = try await harness.queue.settle(lease, as: .release)
      }
      _ = try await harness.queue.reserve(upTo: 100)
      try await harness.expireLeases()
      _ = try await harness.queue.recover()
      let again = try await harness.queue.reserve(upTo: 100)
      try expect(again.map(\.payload), is: payloads, "the payloads")
      try expect(again.map(\.recoveries), is: payloads.map { _ in 1 }, "their recoveries")
      for lease in again.reversed() { _ = try await harness.queue.settle(lease, as: .release) }
      let released = try await harness.queue.reserve(upTo: 100)
      try expect(released.map(\.payload), is: payloads, "the payloads after a release")
      try expect(released.map(\.recoveries), is: payloads.map { _ in 1 }, "their recoveries after a release")
      for lease in released.prefix(3) {
        _ = try await harness.queue.settle(lease, as: .bury(DeadLetterCause(reason: .invalidPayload, error: "")))
      }
      try expect(try await harness.deadLetters().map(\.payload), is: Array(payloads.prefix(3)), "the dead payloads")
    },
  ]

  private static let oddPayloads: [[UInt8]] = [
    [], [0, 255, 10, 13, 0x7C], Array("{}".utf8), Array("{ }".utf8), Array("[1]".utf8), Array("|0|x".utf8),
    Array("{\"a\":1}".utf8), Array(" \n{ \"a\" : \"ç\" }\n".utf8), Array("{\"recuperacao\":1}".utf8),
    Array("{\"a\"".utf8), Array("{\"r\":{\"recuperacoes\":1}}".utf8), Array("texto\ncom linhas".utf8),
  ]
}
