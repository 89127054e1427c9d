internal import Redis

/// Goes through a large key in small steps, as `HSCAN` and `ZSCAN` do: what is there all the while comes at least once.
struct Scan: Sendable {
  private static let step = 500

  let connection: RedisConnection

  /// The pairs of a hash: field and value.
  ///
  /// - Parameters:
  ///   - key: the hash.
  ///   - body: told some of them at a time.
  /// - Throws: `RedisError`.
  func hash(_ key: String, _ body: ([(name: [UInt8], value: [UInt8])]) throws(RedisError) -> Void)
    async throws(RedisError)
  { try await pairs("HSCAN", key, of: nil, body) }

  /// The members of a sorted set, with their scores as text.
  ///
  /// - Parameters:
  ///   - key: the sorted set.
  ///   - prefix: what the members begin with; nil for all.
  ///   - body: told some of them at a time.
  /// - Throws: `RedisError`.
  func sortedSet(
    _ key: String, of prefix: [UInt8]? = nil, _ body: ([(name: [UInt8], value: [UInt8])]) throws(RedisError) -> Void
  ) async throws(RedisError) { try await pairs("ZSCAN", key, of: prefix, body) }

  private func pairs(
    _ name: String, _ key: String, of prefix: [UInt8]?,
    _ body: ([(name: [UInt8], value: [UInt8])]) throws(RedisError) -> Void
  ) async throws(RedisError) {
    var cursor = "0"
    repeat {
      var command = RedisCommand(name, key, cursor, "COUNT", String(Self.step))
      if let prefix {
        command.append("MATCH")
        command.append(Self.pattern(beginningWith: prefix))
      }
      let reply = try await connection.send(command).requireElements(atLeast: 2)
      cursor = try reply[0].expect("a cursor", reply[0].text)
      let elements = try reply[1].requireElements()
      var pairs: [(name: [UInt8], value: [UInt8])] = []
      for index in stride(from: 0, to: elements.count - 1, by: 2) {
        let (name, value) = (elements[index], elements[index + 1])
        pairs.append((try name.expect("a name", name.bytes), try value.expect("a value", value.bytes)))
      }
      try body(pairs)
    } while cursor != "0"
  }

  /// The pattern of texts that begin so: what has a meaning in patterns is escaped.
  static func pattern(beginningWith prefix: [UInt8]) -> [UInt8] {
    let special = Array("*?[]^-\\".utf8)
    return prefix.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] } + [UInt8(ascii: "*")]
  }
}
