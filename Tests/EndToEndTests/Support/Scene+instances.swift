import Delivery
import EvolutionSandbox
import JSON
import Messaging
import Redis
import TestSupport

/// What single instances did and what waits for them.
extension Scene {
  /// The requests to send on an instance that the sandbox has seen, the first one first.
  func sends(on instance: String) -> [SendAttempt] { sandbox.sends.filter { $0.instance == instance } }

  /// The texts that came on an instance, in the order in which they came.
  func texts(on instance: String) -> [String] { sandbox.received.filter { $0.instance == instance }.map(\.text) }

  /// How many requests to send have failed, where no fault lets a message through all the same.
  var wastedSends: Int { sandbox.sends.count - sandbox.receivedCount }

  /// What waits for an instance, sorted out of a lane, the next first.
  func parked(for instance: String, in lane: Lane = .standard) async throws -> [JSONDocument] {
    let reply = try await redisCommand("LRANGE", "ifinu:espera:\(lane.name):\(instance)", "0", "-1")
    return try reply.requireElements().reversed().map { element in
      // Since when it waits stands before it.
      let payload = (element.text ?? "").split(separator: "|", maxSplits: 1).last ?? ""
      return try JSONDocument(parsing: Array(payload.utf8))
    }
  }

  /// Everything that is in the queue, wherever; dead letters are not.
  func unsent() async throws -> Int { try await snapshot().unsent }

  /// Waits until nothing is in the queue but dead letters.
  func awaitEmpty() async throws {
    try await eventually("an empty queue", every: .milliseconds(50)) { try await unsent() == 0 }
  }

  /// Waits until each of the messages was received and nothing is left in the queue.
  func awaitAll(of messages: [Messages]) async throws {
    try await awaitReceived(messages.reduce(0) { $0 + $1.texts.count })
    try await awaitEmpty()
  }

  /// How many of some messages were not received, and how many more than once.
  func ledger(_ messages: [Messages]) -> (lost: Int, doubled: Int) {
    var counts: [String: Int] = [:]
    for message in sandbox.received { counts[message.text, default: 0] += 1 }
    let texts = messages.flatMap(\.texts)
    return (texts.count { counts[$0] == nil }, texts.reduce(0) { $0 + max(0, (counts[$1] ?? 0) - 1) })
  }
}

extension Messages {
  /// One message after the other of several instances in turn, as they would come from tenants that are busy at once.
  static func inTurn(_ messages: [Messages]) -> [String] {
    let longest = messages.map(\.payloads.count).max() ?? 0
    return (0..<longest).flatMap { position in
      messages.compactMap { $0.payloads.indices.contains(position) ? $0.payloads[position] : nil }
    }
  }
}

extension QueueSnapshot {
  /// Everything but dead letters.
  var unsent: Int { inFlight + scheduled + lanes.values.reduce(0) { $0 + $1.length } }
}
