internal import Delivery
internal import Messaging
internal import Redis
internal import Synchronization
internal import Time

/// Stops instances, and puts their messages back. Those that fail together come back in their old order, as one call for
/// each instance.
struct Parking: Sendable {
  private struct Question: Sendable {
    let lease: Lease
    let stop: InstanceStop
  }

  /// How long the first of a batch waits for others.
  private static let gatheringTime = Duration.milliseconds(10)

  private let batcher: CallBatcher<Question, SettlementOutcome>

  /// Stops over a connection.
  init(over connection: RedisConnection, keys: RedisKeys) {
    let rest = CallBatcher<Question, SettlementOutcome>.Rest(loop: connection.loop, duration: Self.gatheringTime) {
      // The number, whatever stands before it.
      $0.lease.token.value.suffix(12) < $1.lease.token.value.suffix(12)
    }
    batcher = CallBatcher(rest: rest) { questions, completion in
      let batches = Dictionary(grouping: questions.indices) { questions[$0].stop.instance }.map(\.value)
      let gathered = Gathered(count: questions.count, batches: batches.count, completion)
      for batch in batches {
        connection.run(Self.call(batch.map { questions[$0] }, keys: keys)) { result in
          gathered.note(Self.outcomes(of: batch.count, in: result), at: batch)
        }
      }
    }
  }

  /// Puts a message back and stops its instance.
  func park(_ lease: Lease, _ stop: InstanceStop) async throws(RedisError) -> SettlementOutcome {
    try await batcher.ask(Question(lease: lease, stop: stop))
  }

  private static func call(_ questions: [Question], keys: RedisKeys) -> ScriptCall {
    let (stop, origin) = (questions[0].stop, questions[0].lease.origin)
    var call = ScriptCall(.park, keys: keys.instanceQueues + [keys.inFlightBodies, keys.begun])
    call.append(keys.queuePrefix)
    call.append(stop.instance.value)
    call.append(stop.reason.rawValue)
    call.append(origin?.group ?? stop.instance.value)
    call.append(stop.grows ? 0 : 1)
    call.append(stop.waits.count)
    for wait in stop.waits { call.append(max(1, wait.wholeMilliseconds)) }
    for question in questions { call.append(question.lease.token.value) }
    for question in questions { call.append(question.lease.origin?.since.milliseconds ?? 0) }
    return call
  }

  private static func outcomes(
    of count: Int, in result: Result<RedisReply, RedisError>
  ) -> Result<[SettlementOutcome], RedisError> {
    Result { () throws(RedisError) in
      let elements = try result.get().requireElements(atLeast: 2 + count)
      let hasStopped = try elements[0].requireInteger() == 1
      return (0..<count).map { position in
        SettlementOutcome(
          wasHeld: elements[2 + position].integer == 1, changedHealth: hasStopped && position == 0)
      }
    }
  }

  /// The answers of several calls, put together.
  private final class Gathered: Sendable {
    private struct State {
      var outcomes: [SettlementOutcome]
      var batches: Int
      var failure: RedisError?
    }

    private let state: Mutex<State>
    private let completion: @Sendable (Result<[SettlementOutcome], RedisError>) -> Void

    init(
      count: Int, batches: Int, _ completion: @escaping @Sendable (Result<[SettlementOutcome], RedisError>) -> Void
    ) {
      let none = SettlementOutcome(wasHeld: false)
      state = Mutex(State(outcomes: [SettlementOutcome](repeating: none, count: count), batches: batches))
      self.completion = completion
    }

    func note(_ result: Result<[SettlementOutcome], RedisError>, at places: [Int]) {
      let end = state.withLock { state -> Result<[SettlementOutcome], RedisError>? in
        switch result {
        case .success(let outcomes): for (place, outcome) in zip(places, outcomes) { state.outcomes[place] = outcome }
        case .failure(let error): state.failure = error
        }
        state.batches -= 1
        guard state.batches == 0 else { return nil }
        return state.failure.map { .failure($0) } ?? .success(state.outcomes)
      }
      if let end { completion(end) }
    }
  }
}
