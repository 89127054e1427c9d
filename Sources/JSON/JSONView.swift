/// One value of a ``JSONDocument``, read from its bytes when asked for.
public struct JSONView: Sendable {
  /// What a value is.
  public enum Kind: UInt8, Sendable {
    case null, boolean, number, string, array, object
  }

  let document: JSONDocument
  let index: Int

  private var node: JSONNode { document.nodes[index] }

  /// What this value is.
  public var kind: Kind { node.kind }

  /// Where the value stands in the document's bytes, quotes and brackets included.
  public var range: Range<Int> { Int(node.start)..<Int(node.end) }

  /// The value's own bytes.
  public var bytes: ArraySlice<UInt8> { document.bytes[range] }

  /// The text of a string, escapes resolved; nil for anything else.
  public var string: String? {
    guard kind == .string else { return nil }
    let content = document.bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]
    guard node.hasEscapes else { return String(decoding: content, as: UTF8.self) }
    return JSONEscapes.decode(content)
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
    var child = index + 1
    while child < node.next {
      result.append(JSONView(document: document, index: child))
      child = Int(document.nodes[child].next)
    }
    return result
  }

  /// The members of an object in order, repeated names included; empty for anything else.
  public var members: [(name: String, value: JSONView)] {
    guard kind == .object else { return [] }
    var result: [(name: String, value: JSONView)] = []
    var name = index + 1
    while name < node.next {
      result.append((JSONView(document: document, index: name).string ?? "", value(named: name)))
      name = Int(document.nodes[name + 1].next)
    }
    return result
  }

  /// The first member of that name in an object; nil when it is not there or this is no object.
  public subscript(name: String) -> JSONView? {
    var found: JSONView?
    forEachMember(named: name) { if found == nil { found = $0 } }
    return found
  }

  /// How often an object names a member: more than once is legal JSON whose meaning nobody agrees on.
  public func count(of name: String) -> Int {
    var count = 0
    forEachMember(named: name) { _ in count += 1 }
    return count
  }

  private func forEachMember(named wanted: String, _ body: (JSONView) -> Void) {
    guard kind == .object else { return }
    var name = index + 1
    while name < node.next {
      if matches(nameAt: name, wanted) { body(value(named: name)) }
      name = Int(document.nodes[name + 1].next)
    }
  }

  private func value(named nameIndex: Int) -> JSONView { JSONView(document: document, index: nameIndex + 1) }

  private func matches(nameAt nameIndex: Int, _ wanted: String) -> Bool {
    let name = document.nodes[nameIndex]
    guard !name.hasEscapes else { return JSONView(document: document, index: nameIndex).string == wanted }
    let length = wanted.utf8.count
    guard Int(name.end - name.start) - 2 == length else { return false }
    var position = Int(name.start) + 1
    for byte in wanted.utf8 {
      guard document.bytes[position] == byte else { return false }
      position += 1
    }
    return true
  }
}
