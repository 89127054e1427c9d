internal import Delivery
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
    var isBusy = false
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
      let isFirst = state.withLock { state in
        state.pending.append(Entry(token: token, continuation: continuation))
        defer { state.isBusy = true }
        return !state.isBusy
      }
      if isFirst { start() }
    }.get()
  }

  private func start() {
    guard let patience else { return sendNext() }
    Task {
      try? await Task.sleep(for: patience)
      sendNext()
    }
  }

  private func sendNext() {
    let batch = state.withLock { state in
      var batch: [Entry] = []
      if state.pending.count <= Self.limit {
        swap(&batch, &state.pending)
      } else {
        batch = Array(state.pending.prefix(Self.limit))
        state.pending.removeFirst(Self.limit)
      }
      state.isBusy = !batch.isEmpty
      return batch
    }
    guard !batch.isEmpty else { return }
    let entries = patience == nil ? batch : batch.sorted { $0.token < $1.token }
    connection.run(makeCall(entries.map(\.token))) { result in
      Self.answer(entries, with: result)
      self.sendNext()
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
