/// A JSON text (RFC 8259), checked whole and indexed once; values are read from the bytes when asked for.
///
/// The bytes stay as they came: whoever changes one member (``replacing(_:)``) leaves every other byte alone,
/// numbers of any size and unknown members included.
public struct JSONDocument: Sendable {
  /// Shared by all views of the document, so that handing one on costs one reference.
  final class Index: Sendable {
    let bytes: [UInt8]
    let nodes: [JSONNode]

    init(bytes: [UInt8], nodes: [JSONNode]) {
      self.bytes = bytes
      self.nodes = nodes
    }
  }

  let index: Index

  /// The text as it came.
  public var bytes: [UInt8] { index.bytes }

  /// Checks and indexes a text.
  ///
  /// - Parameters:
  ///   - bytes: the text, in UTF-8.
  ///   - maximumDepth: how deep arrays and objects may nest.
  /// - Throws: ``JSONError`` with the offset of the first fault.
  public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONError) {
    var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
    try parser.parse()
    index = Index(bytes: bytes, nodes: parser.nodes)
  }

  /// The outermost value.
  public var root: JSONView { JSONView(document: index, position: 0) }

  /// The text with some members of the outermost object set, the rest byte for byte as it was.
  ///
  /// A member that is there keeps its place; one that is not is added at the end. When the outermost value is no
  /// object the text is given back unchanged.
  ///
  /// - Parameter members: names and their new values; of a name that is there twice the last value counts.
  /// - Returns: the text, which is valid JSON again.
  public func replacing(_ members: [(name: String, value: JSONValue)]) -> [UInt8] {
    guard root.kind == .object else { return bytes }
    var edits: [(range: Range<Int>, value: JSONValue)] = []
    var additions: [(name: String, value: JSONValue)] = []
    for (position, member) in members.enumerated() {
      guard !members[(position + 1)...].contains(where: { $0.name == member.name }) else { continue }
      if let present = root[member.name] {
        edits.append((present.range, member.value))
      } else {
        additions.append(member)
      }
    }
    edits.sort { $0.range.lowerBound < $1.range.lowerBound }
    let closingBrace = root.range.upperBound - 1
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 96)
    var copied = 0
    for edit in edits {
      result.append(contentsOf: bytes[copied..<edit.range.lowerBound])
      edit.value.write(to: &result)
      copied = edit.range.upperBound
    }
    result.append(contentsOf: bytes[copied..<closingBrace])
    var needsComma = index.nodes[0].next > 1
    for addition in additions {
      if needsComma { result.append(UInt8(ascii: ",")) }
      needsComma = true
      JSONValue.write(addition.name, to: &result)
      result.append(UInt8(ascii: ":"))
      addition.value.write(to: &result)
    }
    result.append(contentsOf: bytes[closingBrace...])
    return result
  }
}

/// Where a JSON text is at fault, and why; it never quotes the text, which may hold people's data.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  /// The byte at which reading stopped.
  public let offset: Int
  /// What is wrong there.
  public let reason: String

  package init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// The reason and the place.
  public var description: String { "\(reason) at byte \(offset)" }
}

/// One value in a document's index: where it stands, and which node follows its whole subtree.
struct JSONNode {
  var kind: JSONView.Kind
  var hasEscapes = false
  var start: Int32
  var end: Int32 = 0
  var next: Int32 = 0
}
