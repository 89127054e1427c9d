internal import Concurrency
internal import Logging
internal import Platform
internal import Redis
internal import Synchronization

/// Waits for messages without taking any: on a connection of its own for each lane, `BLMOVE lane lane RIGHT RIGHT`
/// blocks until there is a message and then puts it back in the same step, where it was.
///
/// What is asked on one lane goes on when another has ended the wait, and serves the next one.
final class LaneWatch: Sendable {
  /// How long the server holds one question back.
  private static let blockingTime = Duration.seconds(5)

  private struct State {
    var connections: [RedisConnection] = []
    var isAsked: [Bool] = []
    var waiters = WaiterList<Result<Void, RedisError>>()
  }

  private let url: RedisURL
  private let lanes: [String]
  private let largestReply: Int
  private let loop: EventLoop
  private let timeouts: RedisConnection.Timeouts
  private let logger: Logger
  private let state = Mutex(State())

  init(
    url: RedisURL, keys: RedisKeys, largestReply: Int, on loop: EventLoop, timeouts: RedisConnection.Timeouts,
    logger: Logger
  ) {
    self.url = url
    self.largestReply = largestReply
    lanes = keys.lanes
    self.loop = loop
    self.timeouts = timeouts
    self.logger = logger
  }

  /// Waits until a lane holds a message, the time is up or the task is cancelled.
  func wait(atMost timeout: Duration) async throws(RedisError) {
    guard !Task.isCancelled else { return }
    try open()
    let ticket = state.withLock { $0.waiters.takeTicket() }
    let timer = Task(executorPreference: loop.executor) { [self] in
      try? await loop.clock.sleep(for: timeout)
      giveUp(ticket)
    }
    defer { timer.cancel() }
    try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { $0.waiters.add(continuation, at: ticket) }
        if Task.isCancelled { giveUp(ticket) }
        ask()
      }
    } onCancel: {
      giveUp(ticket)
    }.get()
  }

  /// Ends all connections; waiting tasks get an error.
  func close() {
    for connection in state.withLock({ $0.connections }) { connection.close() }
  }

  private func giveUp(_ ticket: WaiterList<Result<Void, RedisError>>.Ticket) {
    state.withLock { $0.waiters.remove(ticket) }?.resume(returning: .success(()))
  }

  private func open() throws(RedisError) {
    try state.withLock { state throws(RedisError) in
      while state.connections.count < lanes.count {
        state.connections.append(
          try RedisConnection(
            to: url, name: "ifinu-watch", on: loop, timeouts: timeouts, largestReply: largestReply, logger: logger))
        state.isAsked.append(false)
      }
    }
  }

  private func ask() {
    for position in lanes.indices {
      let connection = state.withLock { state -> RedisConnection? in
        guard !state.isAsked[position], !state.waiters.isEmpty else { return nil }
        state.isAsked[position] = true
        return state.connections[position]
      }
      connection?.submit([question(about: lanes[position])]) { [weak self] result in
        self?.answered(result, at: position)
      }
    }
  }

  private func question(about lane: String) -> RedisCommand {
    var command = RedisCommand("BLMOVE", lane, lane, "RIGHT", "RIGHT", String(Self.blockingTime.components.seconds))
    command.blockingTime = Self.blockingTime
    return command
  }

  private func answered(_ result: Result<[RedisReply], RedisError>, at position: Int) {
    let outcome = Result<Void, RedisError> { () throws(RedisError) in
      // A message too large to be read breaks the connection, as other things do: a waiting task then looks at the lanes itself.
      if case .failure(.interrupted) = result { return }
      let reply = try result.get()[0]
      if reply != .null { _ = try reply.expect("a message", reply.bytes) }
    }
    let foundNothing = (try? result.get().first) == .null
    let waiters = state.withLock { state in
      state.isAsked[position] = false
      return foundNothing ? [] : state.waiters.removeAll()
    }
    for waiter in waiters { waiter.resume(returning: outcome) }
    if foundNothing { ask() }
  }
}
