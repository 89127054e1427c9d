package import Delivery
internal import Messaging
internal import Redis
package import Time

/// Opt-outs, duplicates and the order of a recipient's messages, kept in Redis for the whole fleet.
package struct RedisSendGate: SendGate {
  private let connection: RedisConnection
  private let keys: RedisKeys
  /// How many messages one call asks for, so that the server is never held up for long.
  private static let questionsPerCall = 500

  private let keepsOrder: Bool
  private let window: Duration?

  /// A gate over a queue's own connection, so that what it notes stands before the queue's next commands.
  ///
  /// - Parameters:
  ///   - queue: the queue.
  ///   - keepsOrder: whether later messages to a recipient wait behind one that is to be tried again.
  package init(beside queue: RedisMessageQueue, keepsOrder: Bool) {
    connection = queue.connection
    keys = queue.keys
    window = queue.routing.deduplicationWindow
    self.keepsOrder = keepsOrder
  }

  /// Whether messages may go out.
  package func decide(_ questions: [GateQuestion]) async throws(QueueError) -> [GateDecision] {
    guard questions.count > Self.questionsPerCall else { return try await decideAtOnce(questions[...]) }
    var decisions: [GateDecision] = []
    for start in stride(from: 0, to: questions.count, by: Self.questionsPerCall) {
      decisions += try await decideAtOnce(questions[start..<min(start + Self.questionsPerCall, questions.count)])
    }
    return decisions
  }

  private func decideAtOnce(_ questions: ArraySlice<GateQuestion>) async throws(QueueError) -> [GateDecision] {
    guard !questions.isEmpty else { return [] }
    var call = ScriptCall(
      .gate, keys: [keys.inFlight, keys.optOuts, keys.order], reserving: 256 + 256 * questions.count)
    call.append(keys.optOuts + ":")
    call.append(keys.sentPrefix)
    call.append(window?.wholeMilliseconds ?? 0)
    call.append(keepsOrder ? 1 : 0)
    for question in questions { call.append(question) }
    do throws(RedisError) {
      return try Self.decisions(questions.count, in: try await connection.run(call))
    } catch {
      throw await connection.explained(error, by: keys)
    }
  }

  /// Keeps later messages to the recipient back.
  package func holdBack(behind question: GateQuestion, until due: Timestamp) async throws(QueueError) {
    try await send(RedisCommand("HSET", keys.order, question.place, String(due.milliseconds)))
  }

  /// Lets later messages to the recipient go.
  package func release(_ question: GateQuestion) async throws(QueueError) {
    try await send(RedisCommand("HDEL", keys.order, question.place))
  }

  private func send(_ command: RedisCommand) async throws(QueueError) {
    try await connection.serving(keys) { () async throws(RedisError) in
      _ = try await connection.send(command).requireInteger()
    }
  }

  private static func decisions(_ count: Int, in reply: RedisReply) throws(RedisError) -> [GateDecision] {
    let elements = try reply.requireElements(atLeast: 2 * count)
    var decisions: [GateDecision] = []
    decisions.reserveCapacity(count)
    for position in stride(from: 0, to: 2 * count, by: 2) {
      let detail = try elements[position + 1].expect("a text", elements[position + 1].text)
      switch elements[position].text {
      case "1": decisions.append(.go(mark: detail.isEmpty ? nil : detail))
      case "2": decisions.append(.duplicate)
      case "3": decisions.append(.underWay)
      case "4": decisions.append(.optedOut)
      case "5": decisions.append(.behind(.milliseconds(Int(detail) ?? 1000)))
      default: throw .unexpectedReply("a decision on a message")
      }
    }
    return decisions
  }
}

extension ScriptCall {
  fileprivate mutating func append(_ question: GateQuestion) {
    append(question.token.value)
    append(question.tenant?.canonical ?? "")
    let forms = question.number.ninthDigitForms
    append(forms[0])
    append(forms.count > 1 ? forms[1] : "")
    append("\(question.place)\n\(question.id)")
    append(question.place)
    append(question.isRetry ? 1 : 0)
  }
}

extension GateQuestion {
  /// The instance and the recipient.
  fileprivate var place: String { "\(instance.value)\n\(number.ninthDigitForms[0])" }
}
