internal import Redis

/// Reads single fields of a hash. Nothing is remembered, so that what was written is read at once; but what is asked at
/// the same time, for the messages of one reservation say, goes to the server as one command, each field once.
struct HashLookup: Sendable {
  private let batcher: CallBatcher<String, String?>

  /// Look-ups over a connection.
  init(of hash: String, over connection: RedisConnection) {
    batcher = CallBatcher { fields, completion in
      let (distinct, positions) = Self.distinct(fields)
      var command = RedisCommand("HMGET", hash)
      for field in distinct { command.append(field) }
      connection.submit([command]) { result in
        completion(
          Result { () throws(RedisError) in
            let texts = try Self.texts(result.get()[0], atLeast: distinct.count)
            return positions.map { texts[$0] }
          })
      }
    }
  }

  /// The text of a field; nil when the hash has none.
  func text(of field: String) async throws(RedisError) -> String? { try await batcher.ask(field) }

  /// The fields, each once, and the place of each question's field among them.
  private static func distinct(_ fields: [String]) -> ([String], [Int]) {
    var places: [String: Int] = [:]
    var distinct: [String] = []
    let positions = fields.map { field in
      if let place = places[field] { return place }
      places[field] = distinct.count
      distinct.append(field)
      return distinct.count - 1
    }
    return (distinct, positions)
  }

  private static func texts(_ reply: RedisReply, atLeast count: Int) throws(RedisError) -> [String?] {
    var texts: [String?] = []
    for element in try reply.requireElements(atLeast: count) {
      texts.append(element == .null ? nil : try element.expect("a text", element.text))
    }
    return texts
  }
}
