package import Delivery
package import Messaging
package import Operations
package import Redis

/// The people who want no more messages, in Redis: a set for everybody's messages, and one for each tenant's.
package struct RedisOptOuts: OptOutStore {
  private static let numbersPerCommand = 1_000

  private let connection: RedisConnection
  private let keys: RedisKeys

  /// The sets under some keys.
  package init(over connection: RedisConnection, keys: RedisKeys) {
    self.connection = connection
    self.keys = keys
  }

  /// Adds numbers, as they are written; one that is there in its other form is there.
  ///
  /// - Returns: how many were not there before.
  /// - Throws: ``QueueError``; those of the first numbers may have been added.
  package func add(_ numbers: [PhoneNumber], to scope: OptOutScope) async throws(QueueError) -> Int {
    let key = key(of: scope)
    return try await inBatches(numbers) { batch throws(RedisError) in
      let missing = zip(batch, try await present(batch, in: key)).filter { !$1 }.map(\.0)
      guard !missing.isEmpty else { return 0 }
      var command = RedisCommand("SADD", key)
      for number in missing { command.append(number.digits) }
      return try await connection.send(command).requireInteger()
    }
  }

  /// Takes numbers out, in both forms.
  ///
  /// - Returns: how many were there.
  /// - Throws: ``QueueError``; those of the first numbers may have been removed.
  package func remove(_ numbers: [PhoneNumber], from scope: OptOutScope) async throws(QueueError) -> Int {
    let key = key(of: scope)
    return try await inBatches(numbers) { batch throws(RedisError) in
      let replies = try await connection.pipeline([
        command("SMISMEMBER", key, batch), command("SREM", key, batch),
      ])
      _ = try replies[1].requireInteger()
      return try Self.present(batch, replies[0]).count { $0 }
    }
  }

  /// Whether each of some numbers is there, in either form.
  package func contains(_ numbers: [PhoneNumber], in scope: OptOutScope) async throws(QueueError) -> [Bool] {
    guard !numbers.isEmpty else { return [] }
    let key = key(of: scope)
    return try await connection.serving(keys) { () async throws(RedisError) in try await present(numbers, in: key) }
  }

  /// How many entries there are.
  package func count(in scope: OptOutScope) async throws(QueueError) -> Int {
    try await connection.serving(keys) { () async throws(RedisError) in
      try await connection.send(RedisCommand("SCARD", key(of: scope))).requireInteger()
    }
  }

  /// Some of the entries, in no order: what one step of `SSCAN` gives.
  package func page(
    of scope: OptOutScope, from cursor: String?, count: Int
  ) async throws(QueueError) -> (entries: [String], next: String?) {
    try await connection.serving(keys) { () async throws(RedisError) in
      let reply = try await connection.send(
        RedisCommand("SSCAN", key(of: scope), cursor ?? "0", "COUNT", String(count))
      ).requireElements(atLeast: 2)
      let next = try reply[0].expect("a cursor", reply[0].text)
      var entries: [String] = []
      for entry in try reply[1].requireElements() { entries.append(try entry.expect("a text", entry.text)) }
      return (entries, next == "0" ? nil : next)
    }
  }

  private func key(of scope: OptOutScope) -> String {
    switch scope {
    case .everyone: keys.optOuts
    case .tenant(let tenant): keys.optOuts(of: tenant)
    }
  }

  /// Does something with some numbers at a time, each once.
  private func inBatches(
    _ numbers: [PhoneNumber], _ body: ([PhoneNumber]) async throws(RedisError) -> Int
  ) async throws(QueueError) -> Int {
    var known: Set<String> = []
    let numbers = numbers.filter { known.insert($0.ninthDigitForms[0]).inserted }
    return try await connection.serving(keys) { () async throws(RedisError) in
      var count = 0
      for start in stride(from: 0, to: numbers.count, by: Self.numbersPerCommand) {
        count += try await body(Array(numbers[start..<min(start + Self.numbersPerCommand, numbers.count)]))
      }
      return count
    }
  }

  private func present(_ numbers: [PhoneNumber], in key: String) async throws(RedisError) -> [Bool] {
    try Self.present(numbers, try await connection.send(command("SMISMEMBER", key, numbers)))
  }

  private func command(_ name: String, _ key: String, _ numbers: [PhoneNumber]) -> RedisCommand {
    var command = RedisCommand(name, key)
    for number in numbers { for form in number.ninthDigitForms { command.append(form) } }
    return command
  }

  /// Of the answers for each form, those for each number.
  private static func present(_ numbers: [PhoneNumber], _ reply: RedisReply) throws(RedisError) -> [Bool] {
    var answers: [Bool] = []
    for element in try reply.requireElements(atLeast: numbers.reduce(0) { $0 + $1.ninthDigitForms.count }) {
      answers.append(try element.requireInteger() == 1)
    }
    var rest = answers[...]
    return numbers.map { number in
      let count = number.ninthDigitForms.count
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).contains(true)
    }
  }
}
