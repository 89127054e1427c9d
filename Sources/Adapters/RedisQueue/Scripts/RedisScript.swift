internal import Delivery

/// A Lua script that runs inside Redis, as one step for everybody else.
struct RedisScript: Sendable {
  /// The script's text.
  let source: String
  /// Its name in the server's cache.
  let digest: String

  init(_ source: String) {
    self.source = source
    digest = SHA1.hexDigest(of: source)
  }
}

/// A script with the keys and arguments of one call.
struct ScriptCall: Sendable {
  private let script: RedisScript
  private var tail: RedisCommand

  /// A call without arguments yet.
  init(_ script: RedisScript, keys: [String], reserving bytes: Int = 256) {
    self.script = script
    tail = RedisCommand(reserving: bytes)
    tail.append(keys.count)
    for key in keys { tail.append(key) }
  }

  /// Adds an argument.
  mutating func append(_ text: String) { tail.append(text) }

  /// Adds an argument of any bytes.
  mutating func append(_ bytes: [UInt8]) { tail.append(bytes) }

  /// Adds a number.
  mutating func append(_ number: Int) { tail.append(number) }

  /// The call of a script that the server knows already.
  var byDigest: RedisCommand { command("EVALSHA", script.digest) }

  /// The call that brings the script along, after which the server knows it.
  var bySource: RedisCommand { command("EVAL", script.source) }

  private func command(_ name: String, _ script: String) -> RedisCommand {
    var command = RedisCommand(reserving: tail.byteCount + script.utf8.count + 32)
    command.append(name)
    command.append(script)
    command.append(argumentsOf: tail)
    return command
  }
}

extension RedisConnection {
  /// Runs a script by its digest, and by its source when the server does not know it.
  func run(_ call: ScriptCall, completion: @escaping @Sendable (Result<RedisReply, QueueError>) -> Void) {
    submit([call.byDigest]) { [weak self] result in
      guard case .success(let replies) = result, case .error(let text) = replies[0], ErrorReply(text).isUnknownScript,
        let self
      else { return completion(result.map { $0[0] }) }
      submit([call.bySource]) { completion($0.map { $0[0] }) }
    }
  }

  /// Runs a script and awaits its reply, which is never an error.
  ///
  /// - Throws: ``QueueError`` for errors of the connection and of the server.
  func run(_ call: ScriptCall) async throws(QueueError) -> RedisReply {
    let reply = try await withCheckedContinuation { continuation in
      run(call) { continuation.resume(returning: $0) }
    }.get()
    guard case .error(let text) = reply else { return reply }
    throw ErrorReply(text).queueError
  }

  /// Runs calls of one script in one pipeline and awaits their replies, in order.
  ///
  /// - Throws: ``QueueError`` for errors of the connection; the server's errors are replies.
  func run(_ calls: [ScriptCall]) async throws(QueueError) -> [RedisReply] {
    var replies = try await pipeline(calls.map(\.byDigest))
    let unknown = replies.indices.filter { index in
      if case .error(let text) = replies[index] { ErrorReply(text).isUnknownScript } else { false }
    }
    guard let first = unknown.first else { return replies }
    replies[first] = try await run(calls[first])
    let rest = unknown.dropFirst()
    for (index, reply) in zip(rest, try await pipeline(rest.map { calls[$0].byDigest })) { replies[index] = reply }
    return replies
  }
}
