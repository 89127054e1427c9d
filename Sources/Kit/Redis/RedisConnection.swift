package import Logging
package import Platform
internal import Synchronization

/// A connection to Redis that many tasks share: an event loop sends what they ask for in one pipeline, hands out the
/// replies, and connects again, with growing delays, whenever the link breaks.
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

  /// What drives it.
  package let loop: EventLoop
  let digests = ScriptDigests()
  private let inbox: LoopInbox<RedisConnectionDriver.Letter>
  private let status = ConnectionStatus()
  private let timeouts: Timeouts

  /// A connection that begins to connect at once and goes on trying.
  ///
  /// - Parameters:
  ///   - url: the server, and the credentials.
  ///   - name: what the server calls the connection.
  ///   - loop: what drives it; without one, a thread of its own.
  ///   - timeouts: how long things may take.
  ///   - largestReply: how many bytes a reply may have; a larger one ends the connection before it fills the memory.
  ///   - logger: told of breaks and reconnections.
  /// - Throws: ``RedisError/unavailable(_:)`` when the system has no thread or descriptor left.
  package init(
    to url: RedisURL, name: String = "ifinu", on loop: EventLoop? = nil, timeouts: Timeouts = Timeouts(),
    largestReply: Int = .max, logger: Logger
  ) throws(RedisError) {
    self.timeouts = timeouts
    do throws(SystemError) {
      self.loop = if let loop { loop } else { try EventLoop(named: "redis \(name)") }
    } catch {
      throw .unavailable(error.description)
    }
    let inbox = self.loop.makeInbox(for: RedisConnectionDriver.Letter.self)
    self.inbox = inbox
    self.loop.add { [status] sockets in
      RedisConnectionDriver(
        inbox: inbox, sockets: sockets, url: url, name: name, connectTimeout: timeouts.connect,
        largestReply: largestReply, status: status, logger: logger)
    }
  }

  deinit { inbox.close() }

  /// Whether the last round-trip succeeded.
  package var isUp: Bool { status.isUp }

  /// Ends the connection; whatever waits fails.
  package func close() { inbox.close() }

  /// Sends a command and awaits its reply. Cancelling the task does not take the command back.
  ///
  /// - Throws: ``RedisError`` when the server is away or says that it can't serve now. Other errors of the server are
  ///   replies.
  package func send(_ command: RedisCommand) async throws(RedisError) -> RedisReply {
    let replies = try await pipeline([command])
    guard case .error(let text) = replies[0], ErrorReply(text).isTransient else { return replies[0] }
    throw .server(ErrorReply(text))
  }

  /// Sends commands one behind the other and awaits all their replies, as they come.
  ///
  /// - Throws: ``RedisError`` when the server is away.
  package func pipeline(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
    guard !commands.isEmpty else { return [] }
    return try await withCheckedContinuation { continuation in
      submit(commands) { continuation.resume(returning: $0) }
    }.get()
  }

  /// Sends commands without awaiting anything.
  ///
  /// - Parameters:
  ///   - commands: what to send, one behind the other.
  ///   - completion: called on the loop's thread, or at once when the connection is closed.
  package func submit(
    _ commands: [RedisCommand], completion: @escaping @Sendable (Result<[RedisReply], RedisError>) -> Void
  ) {
    let request = RedisRequest(commands, timeout: timeouts.command, completion: completion)
    if !inbox.post(.request(request)) { completion(.failure(.unavailable("the connection was closed"))) }
  }
}

/// Whether a connection is up, readable from any thread.
final class ConnectionStatus: Sendable {
  private let up = Atomic(false)

  /// Whether the last round-trip succeeded.
  var isUp: Bool { up.load(ordering: .relaxed) }

  func note(isUp: Bool) { up.store(isUp, ordering: .relaxed) }
}
