package import Delivery
package import Operations
package import Redis
internal import Time

/// The dead letters in Redis, for people: to look at, to send back and to throw away.
package struct RedisDeadLetters: DeadLetterStore {
  /// Where a list begins.
  package enum Order: Sendable {
    case newestFirst
    case oldestFirst
  }

  private static let pageSize = 256
  /// How much of a payload a list reads.
  private static let bytesListed = 65_536
  /// How many bytes of payloads are on the way at once.
  private static let bytesPerBatch = 8 << 20

  private let connection: RedisConnection
  private let keys: RedisKeys

  /// The dead letters under some keys.
  package init(over connection: RedisConnection, keys: RedisKeys) {
    self.connection = connection
    self.keys = keys
  }

  /// Lists dead letters, the newest first, of their payloads the first 64 KiB.
  package func list(reason: String?, offset: Int, limit: Int) async throws(QueueError) -> [DeadLetter] {
    try await list(.newestFirst, reason: reason, offset: offset, limit: limit)
  }

  /// Lists dead letters.
  ///
  /// - Parameters:
  ///   - order: which end comes first.
  ///   - reason: only those of that reason; nil for all.
  ///   - offset: how many of these to leave out at the beginning.
  ///   - limit: how many at most.
  /// - Returns: the dead letters, of their payloads the first 64 KiB.
  /// - Throws: ``QueueError``.
  package func list(
    _ order: Order = .newestFirst, reason: String? = nil, offset: Int = 0, limit: Int
  ) async throws(QueueError) -> [DeadLetter] {
    try await connection.serving(keys) { () async throws(RedisError) in
      try await letters(order, reason: reason, offset: offset, limit: limit)
    }
  }

  private func letters(
    _ order: Order, reason: String?, offset: Int, limit: Int
  ) async throws(RedisError) -> [DeadLetter] {
    var found: [DeadLetter] = []
    var position = reason == nil ? max(0, offset) : 0
    var skip = reason == nil ? 0 : max(0, offset)
    while found.count < limit {
      let size = reason == nil ? min(Self.pageSize, limit - found.count) : Self.pageSize
      let page = try await page(order, at: position, size: size)
      position = position.addingClamped(size)
      for letter in page.heads.lazy.map(\.letter) where reason == nil || letter.reason == reason {
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
    let replies = try await connection.serving(keys) { () async throws(RedisError) in
      try await ask([RedisCommand("ZSCORE", keys.dead, id), RedisCommand("HGET", keys.deadBodies, id)])
    }
    guard let score = replies[0].text.flatMap(Double.init), let stored = replies[1].bytes else { return nil }
    return DeadLetter(id: id, diedAt: Timestamp(milliseconds: Int(exactly: score.rounded()) ?? 0), stored: stored)
  }

  /// Sends dead letters back to the lanes they came from, their attempts counted afresh, the oldest first.
  ///
  /// - Parameters:
  ///   - selection: which.
  ///   - report: told how far it has got, now and then.
  /// - Returns: how many, by reason.
  /// - Throws: ``QueueError``; what was done before stays done.
  @discardableResult
  package func requeue(
    _ selection: DeadLetterSelection, report: (DeadLetterProgress) -> Void = { _ in }
  ) async throws(QueueError) -> DeadLetterProgress {
    try await goThrough(selection, report) { heads throws(RedisError) in
      var requeued: [Head] = []
      for batch in Self.batches(of: heads) { requeued += try await requeue(batch) }
      return requeued
    }
  }

  /// Throws dead letters away.
  ///
  /// - Parameters:
  ///   - selection: which.
  ///   - report: told how far it has got, now and then.
  /// - Returns: how many, by reason.
  /// - Throws: ``QueueError``; what was done before stays done.
  @discardableResult
  package func purge(
    _ selection: DeadLetterSelection, report: (DeadLetterProgress) -> Void = { _ in }
  ) async throws(QueueError) -> DeadLetterProgress {
    try await goThrough(selection, report) { heads throws(RedisError) in
      guard !heads.isEmpty else { return [] }
      var call = ScriptCall(.purge, keys: [keys.dead, keys.deadBodies])
      for head in heads { call.append(head.letter.id) }
      let purged = try await connection.run(call).requireInteger()
      return Array(heads.prefix(purged))
    }
  }

  /// Counts dead letters, and changes nothing.
  ///
  /// - Returns: how many, by reason.
  package func count(
    _ selection: DeadLetterSelection, report: (DeadLetterProgress) -> Void = { _ in }
  ) async throws(QueueError) -> DeadLetterProgress {
    // Those that are left are passed over like those that are not meant.
    try await goThrough(selection, report, isRemoving: false) { heads in heads }
  }

  /// A dead letter with the beginning of its payload, and the size of the whole.
  private struct Head {
    let letter: DeadLetter
    let size: Int
  }

  /// Goes through those that are there now, oldest first; what is buried meanwhile is left alone, so that it ends even
  /// when a message dies again at once.
  private func goThrough(
    _ selection: DeadLetterSelection, _ report: (DeadLetterProgress) -> Void, isRemoving: Bool = true,
    _ body: ([Head]) async throws(RedisError) -> [Head]
  ) async throws(QueueError) -> DeadLetterProgress {
    try await connection.serving(keys) { () async throws(RedisError) in
      try await progress(through: selection, report, isRemoving: isRemoving, body)
    }
  }

  private func progress(
    through selection: DeadLetterSelection, _ report: (DeadLetterProgress) -> Void, isRemoving: Bool,
    _ body: ([Head]) async throws(RedisError) -> [Head]
  ) async throws(RedisError) -> DeadLetterProgress {
    let now = try await time()
    var progress = DeadLetterProgress()
    if let id = selection.id {
      let heads = try await heads(of: [(id, try await ask([RedisCommand("ZSCORE", keys.dead, id)])[0])])
      progress.total = heads.count
      progress.seen = heads.count
      for head in try await body(heads.filter { selection.includes($0.letter, at: now) }) {
        progress.chosen[head.letter.reason, default: 0] += 1
      }
      return progress
    }
    progress.total = try await ask([RedisCommand("ZCARD", keys.dead)])[0].requireInteger()
    var position = 0
    while progress.seen < progress.total {
      let page = try await page(.oldestFirst, at: position, size: min(Self.pageSize, progress.total - progress.seen))
      let done = try await body(page.heads.filter { selection.includes($0.letter, at: now) })
      for head in done { progress.chosen[head.letter.reason, default: 0] += 1 }
      progress.seen += page.size
      position += isRemoving ? max(0, page.size - done.count) : page.size
      report(progress)
      if page.isLast { break }
    }
    return progress
  }

  /// Sends some back in one pipeline.
  private func requeue(_ heads: [Head]) async throws(RedisError) -> [Head] {
    var command = RedisCommand("HMGET", keys.deadBodies)
    for head in heads { command.append(head.letter.id) }
    let bodies = try await ask([command])[0].requireElements(atLeast: heads.count)
    var (present, calls): ([Head], [ScriptCall]) = ([], [])
    for (head, body) in zip(heads, bodies) {
      guard let stored = body.bytes else { continue }
      let letter = DeadLetter(id: head.letter.id, diedAt: head.letter.diedAt, stored: stored)
      var call = ScriptCall(
        .requeue, keys: [keys.dead, keys.deadBodies, keys.lane(letter.lane)], reserving: letter.payload.count + 256)
      call.append(letter.id)
      call.append(letter.payloadAfresh)
      present.append(head)
      calls.append(call)
    }
    let replies = try await connection.run(calls)
    var requeued: [Head] = []
    for (head, reply) in zip(present, replies) {
      if try reply.requireInteger() == 1 { requeued.append(head) }
    }
    return requeued
  }

  /// Parts of a row whose payloads can be held at once.
  private static func batches(of heads: [Head]) -> [[Head]] {
    var batches: [[Head]] = []
    var room = 0
    for head in heads {
      if room <= 0 {
        batches.append([])
        room = bytesPerBatch
      }
      batches[batches.count - 1].append(head)
      room -= head.size
    }
    return batches
  }

  private func page(
    _ order: Order, at position: Int, size: Int
  ) async throws(RedisError) -> (heads: [Head], size: Int, isLast: Bool) {
    let name = order == .newestFirst ? "ZREVRANGE" : "ZRANGE"
    let range = try await ask([
      RedisCommand(name, keys.dead, String(position), String(position.addingClamped(size - 1)), "WITHSCORES")
    ])[0].requireElements()
    let entries = stride(from: 0, to: range.count - 1, by: 2).compactMap { index in
      range[index].text.map { (id: $0, score: range[index + 1]) }
    }
    return (try await heads(of: entries), range.count / 2, range.count / 2 < size)
  }

  private func heads(of entries: [(id: String, score: RedisReply)]) async throws(RedisError) -> [Head] {
    guard !entries.isEmpty else { return [] }
    var call = ScriptCall(.heads, keys: [keys.deadBodies])
    call.append(Self.bytesListed)
    for entry in entries { call.append(entry.id) }
    let stored = try await connection.run(call).requireElements(atLeast: 2 * entries.count)
    var heads: [Head] = []
    for (index, entry) in entries.enumerated() {
      guard let bytes = stored[2 * index + 1].bytes, let score = entry.score.text.flatMap(Double.init) else { continue }
      let time = Timestamp(milliseconds: Int(exactly: score.rounded()) ?? 0)
      heads.append(
        Head(
          letter: DeadLetter(id: entry.id, diedAt: time, stored: bytes), size: try stored[2 * index].requireInteger()))
    }
    return heads
  }

  /// The server's time.
  private func time() async throws(RedisError) -> Timestamp {
    let parts = try await ask([RedisCommand("TIME")])[0].requireElements(atLeast: 2)
    let seconds = try parts[0].expect("a time", parts[0].text.flatMap { Int($0) })
    return Timestamp(milliseconds: seconds * 1000)
  }

  private func ask(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
    let replies = try await connection.pipeline(commands)
    for case .error(let text) in replies { throw .server(ErrorReply(text)) }
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
