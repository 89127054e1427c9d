/// One value of a ``JSONDocument``, read from its bytes when asked for.
public struct JSONView: Sendable {
  /// What a value is.
  public enum Kind: UInt8, Sendable {
    case null, boolean, number, string, array, object
  }

  let document: JSONDocument.Index
  let position: Int

  private var node: JSONNode { document.nodes[position] }

  /// What this value is.
  public var kind: Kind { node.kind }

  /// Where the value stands in the document's bytes, quotes and brackets included.
  public var range: Range<Int> { Int(node.start)..<Int(node.end) }

  /// The value's own bytes.
  public var bytes: ArraySlice<UInt8> { document.bytes[range] }

  /// The text of a string, escapes resolved; nil for anything else.
  public var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

  /// The text of a string in UTF-8, escapes resolved; nil for anything else.
  public var utf8: ArraySlice<UInt8>? {
    guard kind == .string else { return nil }
    let content = document.bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]
    return node.hasEscapes ? JSONEscapes.decode(content)[...] : content
  }

  /// The value of a number written as an integer that fits; nil for anything else.
  public var integer: Int? { kind == .number ? Int(String(decoding: bytes, as: UTF8.self)) : nil }

  /// The nearest `Double` to a number; nil for anything else.
  public var double: Double? { kind == .number ? Double(String(decoding: bytes, as: UTF8.self)) : nil }

  /// The value of `true` or `false`; nil for anything else.
  public var boolean: Bool? { kind == .boolean ? bytes.first == UInt8(ascii: "t") : nil }

  /// The values of an array in order; empty for anything else.
  public var elements: [JSONView] {
    guard kind == .array else { return [] }
    var result: [JSONView] = []
    var child = position + 1
    while child < node.next {
      result.append(JSONView(document: document, position: child))
      child = Int(document.nodes[child].next)
    }
    return result
  }

  /// The members of an object in order, repeated names included; empty for anything else.
  public var members: [(name: String, value: JSONView)] {
    guard kind == .object else { return [] }
    var result: [(name: String, value: JSONView)] = []
    var name = position + 1
    while name < node.next {
      let key = JSONView(document: document, position: name).string ?? ""
      result.append((key, JSONView(document: document, position: name + 1)))
      name = Int(document.nodes[name + 1].next)
    }
    return result
  }

  /// The first member of that name in an object; nil when it is not there or this is no object.
  public subscript(name: String) -> JSONView? { find(name).first }

  /// The first member of that name in an object, and how many there are: more than one is legal JSON whose meaning
  /// nobody agrees on.
  ///
  /// - Parameter name: the member's name.
  /// - Returns: nil and 0 when it is not there or this is no object.
  public func find(_ name: String) -> (first: JSONView?, count: Int) {
    guard kind == .object else { return (nil, 0) }
    let end = Int(node.next)
    let wanted = name.utf8Span
    var (found, count) = (0, 0)
    var candidate = position + 1
    while candidate < end {
      if document.matches(nameAt: candidate, wanted) {
        if count == 0 { found = candidate + 1 }
        count += 1
      }
      candidate = Int(document.nodes[candidate + 1].next)
    }
    return (count == 0 ? nil : JSONView(document: document, position: found), count)
  }
}

extension JSONDocument.Index {
  fileprivate func matches(nameAt position: Int, _ wanted: UTF8Span) -> Bool {
    let name = nodes[position]
    guard !name.hasEscapes else {
      return JSONView(document: self, position: position).string == String(copying: wanted)
    }
    guard Int(name.end - name.start) - 2 == wanted.count else { return false }
    let start = Int(name.start) + 1
    let wanted = wanted.span
    for offset in wanted.indices where bytes[start + offset] != wanted[offset] { return false }
    return true
  }
}
