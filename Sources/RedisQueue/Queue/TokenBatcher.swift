internal import Delivery
internal import Platform
internal import Synchronization

/// Gathers settlements that carry nothing but a token: what is asked for while a call is under way goes out as one
/// script call behind it, and everybody gets an answer of their own.
final class TokenBatcher: Sendable {
  private static let limit = 1000

  private struct Entry: Sendable {
    let token: String
    let continuation: CheckedContinuation<Result<Bool, QueueError>, Never>
  }

  private struct State {
    var pending: [Entry] = []
    var isGathering = false
    var callsUnderWay = 0
  }

  private let connection: RedisConnection
  private let makeCall: @Sendable ([String]) -> ScriptCall
  private let patience: Duration?
  private let state = Mutex(State())

  /// A batcher over a connection.
  ///
  /// - Parameters:
  ///   - connection: where the calls go.
  ///   - patience: how long the first of a batch waits for company; the batch is then sorted by token. Nil sends at
  ///     once what there is.
  ///   - makeCall: the script call for some tokens, which answers how many were held, when that is all, or with a 1 or
  ///     0 for each.
  init(
    over connection: RedisConnection, patience: Duration? = nil, makeCall: @escaping @Sendable ([String]) -> ScriptCall
  ) {
    self.connection = connection
    self.patience = patience
    self.makeCall = makeCall
  }

  /// Settles one lease.
  ///
  /// - Returns: whether it was held.
  func settle(_ token: String) async throws(QueueError) -> Bool {
    try await withCheckedContinuation { continuation in
      let gathers = state.withLock { state in
        state.pending.append(Entry(token: token, continuation: continuation))
        guard patience != nil, !state.isGathering, state.callsUnderWay == 0 else { return false }
        state.isGathering = true
        return true
      }
      gathers ? gather() : send()
    }.get()
  }

  /// Sends what is waiting at once, so that it stands before whatever goes on the connection next.
  func flush() { send(behindOthers: true) }

  private func gather() {
    Task(executorPreference: connection.loop.executor) { [self] in
      try? await connection.loop.clock.sleep(for: patience ?? .zero)
      state.withLock { $0.isGathering = false }
      send()
    }
  }

  /// Sends what is waiting, unless there is a call under way whose end will do so.
  private func send(behindOthers: Bool = false) {
    let batch = state.withLock { state -> ArraySlice<Entry> in
      guard !state.pending.isEmpty, !state.isGathering, behindOthers || state.callsUnderWay == 0 else {
        return []
      }
      let batch = state.pending.prefix(Self.limit)
      state.callsUnderWay += batch.isEmpty ? 0 : 1
      state.pending.removeFirst(batch.count)
      return batch
    }
    guard !batch.isEmpty else { return }
    let entries = patience == nil ? Array(batch) : batch.sorted { $0.token < $1.token }
    connection.run(makeCall(entries.map(\.token))) { result in
      self.state.withLock { $0.callsUnderWay -= 1 }
      Self.answer(entries, with: result)
      self.send()
    }
  }

  private static func answer(_ entries: [Entry], with result: Result<RedisReply, QueueError>) {
    do throws(QueueError) {
      let reply = try result.get()
      if reply.integer == entries.count {
        for entry in entries { entry.continuation.resume(returning: .success(true)) }
        return
      }
      let answers = try reply.requireElements(atLeast: entries.count)
      for (entry, answer) in zip(entries, answers) {
        entry.continuation.resume(returning: .success(answer.integer == 1))
      }
    } catch {
      for entry in entries { entry.continuation.resume(returning: .failure(error)) }
    }
  }
}
