/// A JSON value to write.
public enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// A value that is not finite is written as `null`: JSON has no other word for it.
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// Members in the order in which they are written.
  case object([(name: String, value: JSONValue)])

  /// The value as JSON text.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    write(to: &result)
    return result
  }

  /// The value as JSON text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends the value as JSON text.
  public func write(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .boolean(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value): output.append(contentsOf: (value.isFinite ? String(value) : "null").utf8)
    case .string(let value): Self.write(value, to: &output)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (position, value) in values.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        value.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (position, member) in members.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a text as a JSON string, quoted and escaped.
  public static func write(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    defer { output.append(UInt8(ascii: "\"")) }
    var end = JSONEscapes.plainRun(in: text.utf8Span.span, from: 0).end
    // A whole text is copied at once, a part of one byte by byte.
    guard end < text.utf8.count else { return output.append(contentsOf: text.utf8) }
    var rest = text.utf8[...]
    var start = 0
    while true {
      let special = text.utf8.index(rest.startIndex, offsetBy: end - start)
      output.append(contentsOf: rest[..<special])
      guard special < rest.endIndex else { return }
      output.append(contentsOf: JSONEscapes.escape(of: rest[special]))
      rest = rest[special...].dropFirst()
      start = end + 1
      end = JSONEscapes.plainRun(in: text.utf8Span.span, from: start).end
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object whose members keep the order of the literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { (name: $0.0, value: $0.1) })
  }
}
