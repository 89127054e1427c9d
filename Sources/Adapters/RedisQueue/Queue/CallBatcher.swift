internal import Platform
internal import Redis
internal import Synchronization

/// Gathers what many tasks ask for one by one: what is asked while a call is under way goes out as one call behind it,
/// and everybody gets an answer of their own.
final class CallBatcher<Question: Sendable, Answer: Sendable>: Sendable {
  /// Makes one call of some questions; its answers come in their order.
  typealias Call = @Sendable ([Question], @escaping @Sendable (Result<[Answer], RedisError>) -> Void) -> Void

  /// A time in which the first question of a batch waits for others.
  struct Rest: Sendable {
    /// What keeps the time.
    let loop: EventLoop
    /// How long it lasts.
    let duration: Duration
    /// The order in which the batch then goes out.
    let areInOrder: @Sendable (Question, Question) -> Bool
  }

  private static var limit: Int { 1000 }

  private struct Entry: Sendable {
    let question: Question
    let continuation: CheckedContinuation<Result<Answer, RedisError>, Never>
  }

  private struct State {
    var pending: [Entry] = []
    var isGathering = false
    var isHeld = false

    var maySend: Bool { !isHeld && callsUnderWay == 0 }
    var callsUnderWay = 0
  }

  private let rest: Rest?
  private let call: Call
  private let state = Mutex(State())

  /// A batcher of at most 1,000 questions a call.
  ///
  /// - Parameters:
  ///   - rest: how long the first question of a batch waits for others; nil sends at once.
  ///   - call: makes the call.
  init(rest: Rest? = nil, call: @escaping Call) {
    self.rest = rest
    self.call = call
  }

  /// How many questions wait to be sent.
  var waiting: Int { state.withLock(\.pending.count) }

  /// Asks one question.
  ///
  /// - Throws: what the call that it was part of failed with.
  func ask(_ question: Question) async throws(RedisError) -> Answer {
    try await withCheckedContinuation { continuation in
      let begins = state.withLock { state in
        state.pending.append(Entry(question: question, continuation: continuation))
        guard rest != nil, !state.isGathering, state.callsUnderWay == 0 else { return false }
        state.isGathering = true
        return true
      }
      if let rest, begins { gather(rest) } else { send() }
    }.get()
  }

  /// Sends what is waiting at once, so that it stands before whatever goes on the connection next.
  func flush() { while send(behindOthers: true) {} }

  /// Keeps what is asked until ``flush()``, or no longer: then what is waiting goes at once.
  func hold(_ isHeld: Bool) {
    let ends = state.withLock { state in
      defer { state.isHeld = isHeld }
      return state.isHeld && !isHeld
    }
    if ends { flush() }
  }

  private func gather(_ rest: Rest) {
    Task(executorPreference: rest.loop.executor) { [self] in
      try? await rest.loop.clock.sleep(for: rest.duration)
      state.withLock { $0.isGathering = false }
      send()
    }
  }

  /// Sends what is waiting, unless there is a call under way whose end will do so.
  ///
  /// - Returns: whether anything was sent.
  @discardableResult
  private func send(behindOthers: Bool = false) -> Bool {
    let batch = state.withLock { state -> ArraySlice<Entry> in
      guard !state.pending.isEmpty, !state.isGathering, behindOthers || state.maySend else {
        return []
      }
      let batch = state.pending.prefix(Self.limit)
      state.callsUnderWay += batch.isEmpty ? 0 : 1
      state.pending.removeFirst(batch.count)
      return batch
    }
    guard !batch.isEmpty else { return false }
    let entries = rest.map { rest in batch.sorted { rest.areInOrder($0.question, $1.question) } } ?? Array(batch)
    call(entries.map(\.question)) { result in
      self.state.withLock { $0.callsUnderWay -= 1 }
      for (position, entry) in entries.enumerated() {
        entry.continuation.resume(returning: result.map { $0[position] })
      }
      self.send()
    }
    return true
  }
}
