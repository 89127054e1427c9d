package import Delivery
package import Messaging

/// Puts messages into lanes.
package protocol MessageProducer: Sendable {
  /// Appends messages to a lane, in order.
  ///
  /// - Throws: `QueueError`; unless it is `unavailable`, the first of the messages may be in the lane.
  func enqueue(_ payloads: [[UInt8]], to lane: Lane) async throws(QueueError)
}

/// Looks at a queue and changes nothing.
package protocol QueueInspector: Sendable {
  /// Counts what the queue holds now.
  func snapshot() async throws(QueueError) -> QueueSnapshot

  /// What an operator should know of how the store is set up; empty when all is well.
  ///
  /// - Throws: `QueueError` when the queue could not work there at all.
  func warnings() async throws(QueueError) -> [StoreWarning]
}

/// Something about a store's set-up that endangers the queue.
package struct StoreWarning: Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, or could not be seen.
  package let problem: String
  /// What to do about it, where that is known.
  package let fix: String?

  /// A warning.
  package init(problem: String, fix: String? = nil) {
    self.problem = problem
    self.fix = fix
  }

  /// Both in one line.
  package var description: String { fix.map { "\(problem); \($0)" } ?? problem }
}

/// The dead letters, for people: to look at, to send back and to throw away.
package protocol DeadLetterStore: Sendable {
  /// Lists dead letters, the newest first.
  ///
  /// - Parameters:
  ///   - reason: only those of that reason; nil for all.
  ///   - offset: how many of these to leave out at the beginning.
  ///   - limit: how many at most.
  /// - Returns: the dead letters, of their payloads the beginning.
  /// - Throws: `QueueError`.
  func list(reason: String?, offset: Int, limit: Int) async throws(QueueError) -> [DeadLetter]

  /// One dead letter; nil when there is none of that id.
  func show(_ id: String) async throws(QueueError) -> DeadLetter?

  /// Sends dead letters back to the lanes they came from, their attempts counted afresh, the oldest first.
  ///
  /// - Parameters:
  ///   - selection: which.
  ///   - report: told how far it has got, now and then.
  /// - Returns: how many, by reason.
  /// - Throws: `QueueError`; what was done before stays done.
  @discardableResult
  func requeue(
    _ selection: DeadLetterSelection, report: (DeadLetterProgress) -> Void
  ) async throws(QueueError) -> DeadLetterProgress

  /// Throws dead letters away; parameters and result as for ``requeue(_:report:)``.
  @discardableResult
  func purge(
    _ selection: DeadLetterSelection, report: (DeadLetterProgress) -> Void
  ) async throws(QueueError) -> DeadLetterProgress

  /// Counts dead letters, and changes nothing; parameters and result as for ``requeue(_:report:)``.
  func count(
    _ selection: DeadLetterSelection, report: (DeadLetterProgress) -> Void
  ) async throws(QueueError) -> DeadLetterProgress
}
