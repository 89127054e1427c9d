package import Delivery

/// The dead letters in Redis, for people: to look at, to send back and to throw away.
package struct RedisDeadLetters: Sendable {
  /// Which dead letters are meant.
  package enum Selection: Sendable, Equatable {
    case all
    case id(String)
    /// Those given up for the reason of that name.
    case reason(String)
  }

  /// Where a list begins.
  package enum Order: Sendable {
    case newestFirst
    case oldestFirst
  }

  private static let pageSize = 128

  private let connection: RedisConnection
  private let keys: RedisKeys

  /// The dead letters under some keys.
  package init(over connection: RedisConnection, keys: RedisKeys) {
    self.connection = connection
    self.keys = keys
  }

  /// Lists dead letters.
  ///
  /// - Parameters:
  ///   - order: which end comes first.
  ///   - reason: only those of that reason; nil for all.
  ///   - offset: how many of these to leave out at the beginning.
  ///   - limit: how many at most.
  /// - Returns: the dead letters, payloads included.
  /// - Throws: ``QueueError``.
  package func list(
    _ order: Order = .newestFirst, reason: String? = nil, offset: Int = 0, limit: Int
  ) async throws(QueueError) -> [DeadLetter] {
    var found: [DeadLetter] = []
    var position = reason == nil ? max(0, offset) : 0
    var skip = reason == nil ? 0 : max(0, offset)
    while found.count < limit {
      let size = reason == nil ? min(Self.pageSize, limit - found.count) : Self.pageSize
      let page = try await page(order, at: position, size: size)
      position = position.addingClamped(size)
      for letter in page.letters where reason == nil || letter.reason == reason {
        if skip > 0 {
          skip -= 1
        } else if found.count < limit {
          found.append(letter)
        }
      }
      if page.isLast { break }
    }
    return found
  }

  /// One dead letter; nil when there is none of that id.
  package func show(_ id: String) async throws(QueueError) -> DeadLetter? {
    let replies = try await ask([
      RedisCommand("ZSCORE", keys.dead, id), RedisCommand("HGET", keys.deadBodies, id),
    ])
    guard let score = replies[0].text.flatMap(Double.init), let stored = replies[1].bytes else { return nil }
    return DeadLetter(id: id, diedAt: Timestamp(milliseconds: Int(exactly: score.rounded()) ?? 0), stored: stored)
  }

  /// Sends dead letters back to the lanes they came from, their attempts counted afresh.
  ///
  /// - Returns: how many.
  package func requeue(_ selection: Selection) async throws(QueueError) -> Int {
    try await forEachPage(of: selection) { letters throws(QueueError) in
      var requeued = 0
      for letter in letters {
        var call = ScriptCall(
          .requeue, keys: [keys.dead, keys.deadBodies, keys.lane(letter.lane)], reserving: letter.payload.count + 256)
        call.append(letter.id)
        call.append(letter.payloadAfresh)
        requeued += try await connection.run(call).requireInteger()
      }
      return requeued
    }
  }

  /// Throws dead letters away.
  ///
  /// - Returns: how many.
  package func purge(_ selection: Selection) async throws(QueueError) -> Int {
    try await forEachPage(of: selection) { letters throws(QueueError) in
      guard !letters.isEmpty else { return 0 }
      var call = ScriptCall(.purge, keys: [keys.dead, keys.deadBodies])
      for letter in letters { call.append(letter.id) }
      return try await connection.run(call).requireInteger()
    }
  }

  /// Goes through those that are there now, oldest first; what is buried meanwhile is left alone, so that it ends even
  /// when a message dies again at once.
  private func forEachPage(
    of selection: Selection, _ body: ([DeadLetter]) async throws(QueueError) -> Int
  ) async throws(QueueError) -> Int {
    if case .id(let id) = selection {
      let letter = try await show(id)
      return try await body(letter.map { [$0] } ?? [])
    }
    var unseen = try await ask([RedisCommand("ZCARD", keys.dead)])[0].requireInteger()
    var (position, changed) = (0, 0)
    while unseen > 0 {
      let page = try await page(.oldestFirst, at: position, size: min(Self.pageSize, unseen))
      let chosen = page.letters.filter { selection == .all || selection == .reason($0.reason) }
      let gone = try await body(chosen)
      changed += gone
      unseen -= Self.pageSize
      position += max(0, page.size - gone)
      if page.isLast { break }
    }
    return changed
  }

  private func page(
    _ order: Order, at position: Int, size: Int
  ) async throws(QueueError) -> (letters: [DeadLetter], size: Int, isLast: Bool) {
    let name = order == .newestFirst ? "ZREVRANGE" : "ZRANGE"
    let range = try await ask([
      RedisCommand(name, keys.dead, String(position), String(position.addingClamped(size - 1)), "WITHSCORES")
    ])[0].requireElements()
    guard !range.isEmpty else { return ([], 0, true) }
    var command = RedisCommand("HMGET", keys.deadBodies)
    for index in stride(from: 0, to: range.count, by: 2) { command.append(range[index].bytes ?? []) }
    let bodies = try await ask([command])[0].requireElements(atLeast: range.count / 2)
    var letters: [DeadLetter] = []
    for (index, body) in bodies.enumerated() {
      guard let stored = body.bytes, let id = range[2 * index].text, 2 * index + 1 < range.count,
        let score = range[2 * index + 1].text.flatMap(Double.init)
      else { continue }
      letters.append(
        DeadLetter(id: id, diedAt: Timestamp(milliseconds: Int(exactly: score.rounded()) ?? 0), stored: stored))
    }
    return (letters, range.count / 2, range.count / 2 < size)
  }

  private func ask(_ commands: [RedisCommand]) async throws(QueueError) -> [RedisReply] {
    let replies = try await connection.pipeline(commands)
    for case .error(let text) in replies {
      throw await connection.explained(ErrorReply(text).queueError, by: keys)
    }
    return replies
  }
}

extension Int {
  /// The sum, or the greatest number there is.
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
