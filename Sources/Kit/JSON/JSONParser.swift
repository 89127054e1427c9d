/// Checks a text against RFC 8259 in one pass and records where each value stands.
///
/// A name and its value are two neighbouring nodes; a node's `next` skips its whole subtree.
struct JSONParser {
  let bytes: [UInt8]
  let maximumDepth: Int
  private(set) var nodes: [JSONNode] = []
  private var position = 0

  init(bytes: [UInt8], maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    // What messages and answers need, in one go; 1 KiB at most, which malloc has at hand for each thread.
    nodes.reserveCapacity(Swift.min(62, bytes.count / 8 + 2))
  }

  mutating func parse() throws(JSONError) {
    guard bytes.count <= Int32.max else { throw fault("a text over 2 GiB") }
    // RFC 8259, section 8.1, lets readers pass over a byte order mark, and some programs write one.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    skipWhitespace()
    try parseValue(depth: 0)
    skipWhitespace()
    guard position == bytes.count else { throw fault("text after the value") }
  }

  private mutating func parseValue(depth: Int) throws(JSONError) {
    guard position < bytes.count else { throw fault("the text ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "{"): try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): try parseString()
    case UInt8(ascii: "t"): try parseWord("true", as: .boolean)
    case UInt8(ascii: "f"): try parseWord("false", as: .boolean)
    case UInt8(ascii: "n"): try parseWord("null", as: .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
    // Only strings may hold anything but ASCII.
    default: throw fault("an unexpected character")
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONError) {
    let index = try open(.object, depth: depth)
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return close(index) }
    while true {
      skipWhitespace()
      guard peek() == UInt8(ascii: "\"") else { throw fault("a member's name is missing") }
      try parseString()
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
      skipWhitespace()
      try parseValue(depth: depth)
      skipWhitespace()
      if take(UInt8(ascii: "}")) { return close(index) }
      guard take(UInt8(ascii: ",")) else { throw fault("a comma or } is missing") }
    }
  }

  private mutating func parseArray(depth: Int) throws(JSONError) {
    let index = try open(.array, depth: depth)
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return close(index) }
    while true {
      skipWhitespace()
      try parseValue(depth: depth)
      skipWhitespace()
      if take(UInt8(ascii: "]")) { return close(index) }
      guard take(UInt8(ascii: ",")) else { throw fault("a comma or ] is missing") }
    }
  }

  private mutating func parseString() throws(JSONError) {
    let index = begin(.string)
    position += 1
    var isASCII = true
    while true {
      let run = JSONEscapes.plainRun(in: bytes.span, from: position)
      position = run.end
      isASCII = isASCII && run.isASCII
      switch peek() {
      case UInt8(ascii: "\""):
        position += 1
        close(index)
        return isASCII ? () : try checkUTF8(of: nodes[index])
      case UInt8(ascii: "\\"):
        nodes[index].hasEscapes = true
        try skipEscape()
      case nil: throw fault("a string does not end")
      default: throw fault("a bare control character in a string")
      }
    }
  }

  private func checkUTF8(of string: JSONNode) throws(JSONError) {
    do {
      _ = try UTF8Span(validating: bytes.span.extracting(Int(string.start)..<Int(string.end)))
    } catch {
      throw JSONError(offset: Int(string.start) + error.byteOffsets.lowerBound, reason: "invalid UTF-8")
    }
  }

  private mutating func skipEscape() throws(JSONError) {
    guard let length = JSONEscapes.length(in: bytes, at: position) else { throw fault("an invalid escape") }
    position += length
  }

  private mutating func parseNumber() throws(JSONError) {
    let index = begin(.number)
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try skipDigits() }
    if take(UInt8(ascii: ".")) { try skipDigits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try skipDigits()
    }
    close(index)
  }

  private mutating func skipDigits() throws(JSONError) {
    let start = position
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw fault("a digit is missing") }
  }

  private mutating func parseWord(_ word: StaticString, as kind: JSONView.Kind) throws(JSONError) {
    let index = begin(kind)
    let text = word.description.utf8
    guard bytes.count - position >= text.count, bytes[position..<(position + text.count)].elementsEqual(text) else {
      throw fault("an unexpected word")
    }
    position += text.count
    close(index)
  }

  private mutating func open(_ kind: JSONView.Kind, depth: Int) throws(JSONError) -> Int {
    guard depth <= maximumDepth else { throw fault("nested deeper than \(maximumDepth) levels") }
    let index = begin(kind)
    position += 1
    return index
  }

  private mutating func begin(_ kind: JSONView.Kind) -> Int {
    nodes.append(JSONNode(kind: kind, start: Int32(position)))
    return nodes.count - 1
  }

  private mutating func close(_ index: Int) {
    nodes[index].end = Int32(position)
    nodes[index].next = Int32(nodes.count)
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private func fault(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }
}
