/// What Redis answered to one command.
package enum RedisReply: Sendable, Equatable {
  case null
  case integer(Int)
  case bulk([UInt8])
  case status(String)
  case error(String)
  case array([RedisReply])

  /// The number, when it is one.
  package var integer: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }

  /// The bytes, when it has some.
  package var bytes: [UInt8]? {
    guard case .bulk(let value) = self else { return nil }
    return value
  }

  /// The text of a string or a status.
  package var text: String? {
    switch self {
    case .bulk(let value): String(decoding: value, as: UTF8.self)
    case .status(let value): value
    case .null, .integer, .error, .array: nil
    }
  }

  /// The elements, when it is an array.
  package var elements: [RedisReply]? {
    guard case .array(let value) = self else { return nil }
    return value
  }

  /// What kind of reply it is, for errors: contents may be people's data.
  var kind: String {
    switch self {
    case .null: "nothing"
    case .integer: "an integer"
    case .bulk: "a string"
    case .status: "a status"
    case .error: "an error"
    case .array(let elements): "an array of \(elements.count)"
    }
  }
}

extension RedisReply {
  /// The value that a reading of this reply found.
  ///
  /// - Throws: ``RedisError/unexpectedReply(_:)`` when it found none, because the reply is of another type than was expected.
  package func expect<Value>(_ expectation: String, _ value: Value?) throws(RedisError) -> Value {
    if case .error(let text) = self { throw .server(ErrorReply(text)) }
    guard let value else { throw .unexpectedReply("expected \(expectation) and got \(kind)") }
    return value
  }

  /// The number that must be here.
  package func requireInteger() throws(RedisError) -> Int { try expect("an integer", integer) }

  /// The elements that must be here, at least so many.
  package func requireElements(atLeast count: Int = 0) throws(RedisError) -> [RedisReply] {
    let elements = try expect("an array", elements)
    guard elements.count >= count else { throw .unexpectedReply("expected an array of \(count) and got \(kind)") }
    return elements
  }
}
