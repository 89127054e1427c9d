internal import JSON
package import Messaging

/// A message as a dry run shows it: the text in full, the number masked.
package struct Preview: Sendable {
  private static let shownLength = 2000

  private let line: Int?
  private let recipient: String
  private let instance: String?
  private let text: String

  /// The preview of a message.
  ///
  /// - Parameters:
  ///   - message: the message.
  ///   - line: where it stands in its file.
  package init(_ message: Message, line: Int?) {
    self.line = line
    instance = message.instance?.value
    let full: String
    switch message.content {
    case .plain(let number, let text): (recipient, full) = ("\(number)", text)
    case .charge(let charge): (recipient, full) = ("\(charge.number)", ChargeText.text(for: charge))
    case .loadTest: (recipient, full) = ("IFINU_TEST_NUMBER", "(a load test's message)")
    }
    text = full.count > Self.shownLength ? full.prefix(Self.shownLength) + "…" : full
  }

  /// For people: a line of where and to whom, and the text below it, indented.
  var lines: [String] {
    let place = line.map { "line \($0), " } ?? ""
    let sender = instance.map { ", on \($0.onOneLine)" } ?? ""
    let body = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return ["\(place)to \(recipient)\(sender):"] + body.map { "  " + String($0).onOneLine } + [""]
  }

  /// For programs.
  var json: JSONValue {
    [
      "line": line.map(JSONValue.integer) ?? .null, "recipient": .string(recipient),
      "instance": instance.map(JSONValue.string) ?? .null, "text": .string(text),
    ]
  }
}
