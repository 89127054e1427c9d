internal import Delivery
internal import Redis

/// Ends leases by a script that is told nothing but their tokens.
struct LeaseEnding: Sendable {
  private let batcher: CallBatcher<Question, Bool>

  /// A lease that ends, and what its message is known again by.
  struct Question: Sendable {
    let token: String
    let mark: String?
  }

  /// Leases that end over a connection.
  ///
  /// - Parameters:
  ///   - connection: where the calls go.
  ///   - gatheringTime: how long the first of a batch waits for company; the batch then goes in the order of the tokens. Nil
  ///     sends at once what there is.
  ///   - makeCall: the script call for some tokens, which answers how many were held, when that is all, or with a 1 or
  ///     0 for each.
  init(
    over connection: RedisConnection, gatheringTime: Duration? = nil,
    makeCall: @escaping @Sendable ([Question]) -> ScriptCall
  ) {
    let loop = connection.loop
    batcher = CallBatcher(
      rest: gatheringTime.map { CallBatcher.Rest(loop: loop, duration: $0) { $0.token < $1.token } }
    ) { tokens, completion in
      connection.run(makeCall(tokens)) { completion(Self.answers(to: tokens.count, in: $0)) }
    }
  }

  /// Ends one lease.
  ///
  /// - Returns: whether it was held.
  func end(_ lease: Lease) async throws(RedisError) -> Bool {
    try await batcher.ask(Question(token: lease.token.value, mark: lease.mark))
  }

  /// Sends what is waiting at once, so that it stands before whatever goes on the connection next.
  func flush() { batcher.flush() }

  /// Keeps what is asked until ``flush()``, or no longer.
  func hold(_ isHeld: Bool) { batcher.hold(isHeld) }

  private static func answers(
    to count: Int, in result: Result<RedisReply, RedisError>
  ) -> Result<[Bool], RedisError> {
    Result { () throws(RedisError) in
      let reply = try result.get()
      if reply.integer == count { return [Bool](repeating: true, count: count) }
      return try reply.requireElements(atLeast: count).map { $0.integer == 1 }
    }
  }
}
