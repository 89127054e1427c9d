internal import Synchronization

/// A Lua script that runs inside Redis, as one step for everybody else.
package final class RedisScript: Sendable {
  /// The script's text.
  package let source: String

  /// A script.
  package init(_ source: String) { self.source = source }
}

/// A script with the keys and arguments of one call.
package struct ScriptCall: Sendable {
  let script: RedisScript
  private var tail: RedisCommand

  /// A call without arguments yet.
  package init(_ script: RedisScript, keys: [String], reserving bytes: Int = 256) {
    self.script = script
    tail = RedisCommand(reserving: bytes)
    tail.append(keys.count)
    for key in keys { tail.append(key) }
  }

  /// Adds an argument.
  package mutating func append(_ text: String) { tail.append(text) }

  /// Adds an argument of any bytes.
  package mutating func append(_ bytes: [UInt8]) { tail.append(bytes) }

  /// Adds a number.
  package mutating func append(_ number: Int) { tail.append(number) }

  /// The call of a script that the server knows by its digest.
  func byDigest(_ digest: String) -> RedisCommand { command("EVALSHA", digest) }

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

/// The digests by which a server knows scripts, as the server itself computed them.
final class ScriptDigests: Sendable {
  private let known = Mutex<[ObjectIdentifier: String]>([:])

  subscript(script: RedisScript) -> String? {
    get { known.withLock { $0[ObjectIdentifier(script)] } }
    set { known.withLock { $0[ObjectIdentifier(script)] = newValue } }
  }

  /// Asks for a script's digest. `SCRIPT LOAD` would need a permission of its own.
  static func question(about script: RedisScript) -> RedisCommand {
    RedisCommand("EVAL", "return redis.sha1hex(ARGV[1])", "0", script.source)
  }
}

extension RedisConnection {
  /// Runs a script: by its digest, and with its source the first time and whenever the server does not know it.
  ///
  /// - Parameters:
  ///   - call: the script and its arguments.
  ///   - completion: called on the loop's thread, or at once when the connection is closed.
  package func run(_ call: ScriptCall, completion: @escaping @Sendable (Result<RedisReply, RedisError>) -> Void) {
    guard let digest = digests[call.script] else { return runFirst(call, completion) }
    submit([call.byDigest(digest)]) { [weak self] result in
      guard case .success(let replies) = result, case .error(let text) = replies[0], ErrorReply(text).isUnknownScript,
        let self
      else { return completion(result.map { $0[0] }) }
      submit([call.bySource]) { completion($0.map { $0[0] }) }
    }
  }

  private func runFirst(
    _ call: ScriptCall, _ completion: @escaping @Sendable (Result<RedisReply, RedisError>) -> Void
  ) {
    let digests = digests
    submit([ScriptDigests.question(about: call.script), call.bySource]) { result in
      completion(
        result.map { replies in
          digests[call.script] = replies[0].text
          return replies[1]
        })
    }
  }

  /// Runs a script and awaits its reply, which is never an error.
  ///
  /// - Throws: ``RedisError`` for errors of the connection and of the server.
  package func run(_ call: ScriptCall) async throws(RedisError) -> RedisReply {
    let reply = try await reply(to: call)
    guard case .error(let text) = reply else { return reply }
    throw .server(ErrorReply(text))
  }

  private func reply(to call: ScriptCall) async throws(RedisError) -> RedisReply {
    try await withCheckedContinuation { continuation in
      run(call) { continuation.resume(returning: $0) }
    }.get()
  }

  /// Runs calls of one script in one pipeline and awaits their replies, in order.
  ///
  /// - Throws: ``RedisError`` for errors of the connection; the server's errors are replies.
  package func run(_ calls: [ScriptCall]) async throws(RedisError) -> [RedisReply] {
    guard let first = calls.first else { return [] }
    guard let digest = digests[first.script] else {
      let reply = try await reply(to: first)
      let rest = calls.dropFirst()
      guard digests[first.script] != nil else { return [reply] + (try await pipeline(rest.map(\.bySource))) }
      return [reply] + (try await run(Array(rest)))
    }
    var replies = try await pipeline(calls.map { $0.byDigest(digest) })
    let unknown = replies.indices.filter { index in
      if case .error(let text) = replies[index] { ErrorReply(text).isUnknownScript } else { false }
    }
    guard let position = unknown.first else { return replies }
    replies[position] = try await reply(to: calls[position])
    let rest = unknown.dropFirst()
    for (index, reply) in zip(rest, try await pipeline(rest.map { calls[$0].byDigest(digest) })) {
      replies[index] = reply
    }
    return replies
  }
}
