import EvolutionSandbox
import Foundation
import JSON
import TestSupport
import Testing

/// Messages that can be told from all others, so that what was lost and what came twice can be counted.
struct Messages {
  /// Digits in the middle of every number, which a masked number does not show.
  static let commonDigits = "1198888"
  /// Words in every text.
  static let commonWords = "segredo de cliente"

  let texts: [String]
  let payloads: [String]

  /// As many messages as are asked for.
  ///
  /// - Parameters:
  ///   - count: how many, 9,999 at most.
  ///   - instance: the instance that they name.
  init(_ count: Int, on instance: String? = nil) {
    let name = UUID().uuidString.prefix(8)
    let now = Date.now.ISO8601Format()
    texts = (1...count).map { "\(Self.commonWords) \(name)-\($0)" }
    payloads = texts.enumerated().map { index, text in
      var members: [(name: String, value: JSONValue)] = [
        ("id", .string("\(name)-\(index + 1)")), ("telefone", .string(Self.number(index + 1))),
        ("texto", .string(text)),
        ("criado_em", .string(now)),
      ]
      if let instance { members.append(("instancia", .string(instance))) }
      return JSONValue.object(members).text
    }
  }

  /// A number; one that ends in 0000 is not on WhatsApp.
  static func number(_ ending: Int) -> String { "55\(commonDigits)\(String(format: "%04d", ending))" }
}

extension Scene {
  /// Puts messages into a lane.
  func enqueue(_ messages: Messages) async throws { try await push(messages.payloads) }

  /// How many of the messages have not been received, and how many more than once.
  func ledger(_ messages: Messages) -> (lost: Int, doubled: Int) {
    let received = sandbox.received.map(\.text)
    let known = Set(messages.texts)
    let foreign = received.filter { !known.contains($0) }
    #expect(foreign.isEmpty, "messages that nobody sent")
    let distinct = Set(received)
    return (known.subtracting(distinct).count, received.count - distinct.count)
  }

  /// Waits until that many messages have been received in all.
  func awaitReceived(_ count: Int) async throws {
    guard await !sandbox.waitUntil(received: count, timeout: .patience) else { return }
    throw NeverCame(description: "received \(sandbox.receivedCount) of \(count) messages")
  }

  /// Waits until each of the messages has been received and the queue is empty.
  func awaitDelivery(of messages: Messages) async throws {
    try await awaitReceived(messages.texts.count)
    try await eventually("every message at the sandbox", every: .milliseconds(50)) {
      sandbox.distinctTextCount >= messages.texts.count
    }
    try await awaitIdle()
  }
}
