internal import JSON

/// What an answer says of itself, apart from what it echoes of the message.
struct AnswerText {
  /// The answer, when it is JSON.
  let document: JSONDocument?
  private let texts: [[UInt8]]
  private static let pageLimit = 16_384
  private static let maximumDepth = 4

  /// Reads the envelope's own members, or the whole of a body that is no JSON, such as a proxy's page.
  init(_ body: [UInt8]) {
    guard let document = try? JSONDocument(parsing: body), document.root.kind == .object else {
      self.document = nil
      texts = [Self.lowercased(body.prefix(Self.pageLimit))]
      return
    }
    self.document = document
    let root = document.root
    texts = [root["response"]?["message"], root["response"]?["error"], root["message"], root["error"], root["code"]]
      .flatMap { Self.strings(in: $0, depth: 0) }
  }

  /// Whether it has the form of Evolution's errors, an envelope with `response`.
  var isEvolutions: Bool { document?.root["response"] != nil }

  /// Whether it says a phrase, given in lower case; the answer's case makes no difference.
  func says(_ phrase: String) -> Bool {
    let phrase = Array(phrase.utf8)
    return texts.contains { Self.contains($0, phrase) }
  }

  /// Whether a number was looked up and found not to be on WhatsApp.
  var deniesNumber: Bool {
    guard let root = document?.root else { return false }
    return [root["response"]?["message"], root["message"]].contains { Self.deniesNumber($0, depth: 0) }
  }

  private static func deniesNumber(_ value: JSONView?, depth: Int) -> Bool {
    guard let value, depth < maximumDepth else { return false }
    return value["exists"]?.boolean == false || value.elements.contains { deniesNumber($0, depth: depth + 1) }
  }

  /// The strings of a value and of the arrays within it, in lower case. Objects are left out: they carry data, the
  /// message's own text perhaps.
  private static func strings(in value: JSONView?, depth: Int) -> [[UInt8]] {
    guard let value, depth < maximumDepth else { return [] }
    if let text = value.string { return [lowercased(text.utf8)] }
    return value.elements.flatMap { strings(in: $0, depth: depth + 1) }
  }

  private static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  private static func contains(_ bytes: [UInt8], _ phrase: [UInt8]) -> Bool {
    guard let first = phrase.first, bytes.count >= phrase.count else { return false }
    return (0...(bytes.count - phrase.count)).contains { start in
      bytes[start] == first && bytes[start..<(start + phrase.count)].elementsEqual(phrase)
    }
  }
}
