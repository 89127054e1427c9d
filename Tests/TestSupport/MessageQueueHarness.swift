package import Delivery
package import Messaging

/// A queue under test, with the hands that reach behind its back.
package protocol MessageQueueHarness: Sendable {
  /// The queue; its leases last long enough never to expire in a test by themselves.
  var queue: any MessageQueue { get }
  /// The same queue, seen by a process that keeps only so many dead letters.
  func queue(keepingDeadLetters limit: Int) throws -> any MessageQueue

  /// The same queue, seen by a process for which every instance has limits.
  func limitedQueue() throws -> any MessageQueue

  /// Adds messages as a producer does, the first to be taken first.
  func push(_ payloads: [[UInt8]], to lane: Lane) async throws
  /// Ends the time of all leases.
  func expireLeases() async throws
  /// Lets all scheduled messages fall due.
  func makeScheduledDue() async throws
  /// The dead letters, oldest first.
  func deadLetters() async throws -> [DeadLetter]
}

extension MessageQueueHarness {
  /// Adds texts as messages.
  package func push(_ texts: String..., to lane: Lane = .standard) async throws {
    try await push(texts.map { Array($0.utf8) }, to: lane)
  }

  /// Takes all messages and acknowledges them: what the lanes hold, in order.
  package func drain() async throws -> [String] {
    var texts: [String] = []
    while true {
      let leases = try await queue.reserve(upTo: 10)
      if leases.isEmpty { return texts }
      for lease in leases {
        texts.append(lease.text)
        _ = try await queue.settle(lease, as: .acknowledge)
      }
    }
  }
}

extension MessageQueue {
  /// Takes messages of whatever size.
  package func reserve(upTo limit: Int) async throws(QueueError) -> [Lease] {
    try await reserve(upTo: limit, bytes: .max).leases
  }
}

extension Lease {
  /// The payload as text.
  package var text: String { String(decoding: payload, as: UTF8.self) }
}

/// The in-memory queue as a queue under test.
package struct InMemoryHarness: MessageQueueHarness {
  private let memory = InMemoryMessageQueue()

  /// An empty queue.
  package init() {}

  package var queue: any MessageQueue { memory }

  package func queue(keepingDeadLetters limit: Int) -> any MessageQueue {
    memory.limitDeadLetters(to: limit)
    return memory
  }

  package func limitedQueue() -> any MessageQueue {
    memory.limitAll()
    return memory
  }

  package func push(_ payloads: [[UInt8]], to lane: Lane) async throws {
    for payload in payloads { memory.push(payload, to: lane) }
  }

  package func expireLeases() async throws { memory.expireLeases() }

  package func makeScheduledDue() async throws { memory.makeScheduledDue() }

  package func deadLetters() async throws -> [DeadLetter] { memory.deadLetters }
}
