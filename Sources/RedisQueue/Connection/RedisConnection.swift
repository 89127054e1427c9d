package import Delivery
internal import IOThread
package import Logging

/// A connection to Redis that many tasks share: a thread of its own sends what they ask for in one pipeline, hands out
/// the replies, and connects again, with growing delays, whenever the link breaks.
package final class RedisConnection: Sendable {
  /// How long things may take.
  package struct Timeouts: Sendable {
    /// From the attempt to connect to the end of the greeting.
    package var connect: Duration = .seconds(5)
    /// From a command's submission to its reply, on top of what a blocking command blocks.
    package var command: Duration = .seconds(5)

    /// The usual times.
    package init() {}
  }

  private let mailbox: RedisMailbox
  private let timeouts: Timeouts

  /// Starts the thread, which connects at once and goes on trying.
  ///
  /// - Throws: ``QueueError/unavailable(_:)`` when the system has no thread or descriptor left.
  package init(
    to url: RedisURL, name: String = "ifinu", timeouts: Timeouts = Timeouts(), logger: Logger
  ) throws(QueueError) {
    self.timeouts = timeouts
    do throws(SystemError) {
      let mailbox = try RedisMailbox()
      self.mailbox = mailbox
      try IOThread.start(named: "redis \(name)") {
        RedisConnectionLoop(
          mailbox: mailbox, url: url, name: name, connectTimeout: timeouts.connect, logger: logger
        ).run()
      }
    } catch {
      throw .unavailable(error.description)
    }
  }

  deinit { mailbox.close() }

  /// Whether the last round-trip succeeded.
  package var isUp: Bool { mailbox.isUp }

  /// Ends the thread; whatever waits fails.
  package func close() { mailbox.close() }

  /// Sends a command and awaits its reply. Cancelling the task does not take the command back.
  ///
  /// - Throws: ``QueueError`` when the server is away or says that it can't serve now. Other errors of the server are
  ///   replies.
  package func send(_ command: RedisCommand) async throws(QueueError) -> RedisReply {
    let replies = try await pipeline([command])
    guard case .error(let text) = replies[0], ErrorReply(text).isPassing else { return replies[0] }
    throw ErrorReply(text).queueError
  }

  /// Sends commands one behind the other and awaits all their replies, as they come.
  ///
  /// - Throws: ``QueueError`` when the server is away.
  package func pipeline(_ commands: [RedisCommand]) async throws(QueueError) -> [RedisReply] {
    guard !commands.isEmpty else { return [] }
    return try await withCheckedContinuation { continuation in
      submit(commands) { continuation.resume(returning: $0) }
    }.get()
  }

  /// Sends commands without awaiting anything.
  ///
  /// - Parameters:
  ///   - commands: what to send, one behind the other.
  ///   - completion: called on the connection's thread, or at once when the connection is closed.
  func submit(_ commands: [RedisCommand], completion: @escaping RedisRequest.Completion) {
    let request = RedisRequest(commands, timeout: timeouts.command, completion: completion)
    if !mailbox.submit(request) { completion(.failure(.unavailable("the connection was closed"))) }
  }
}
