internal import JSON

/// The body of a `findMessages`: which messages, and which page of them.
struct MessagesQuery {
  private let id: String?
  private let remoteJid: String?
  private let keyID: String?
  private let messageType: String?
  private let source: String?
  private let bounds: (from: Int, to: Int)?
  private let page: Page

  /// What the schema finds wrong with a body, in its words; empty when nothing is.
  static func faults(of body: JSONView) -> [String] {
    let members = body["where"]?["key"]?.members ?? []
    guard members.allSatisfy({ ["fromMe", "remoteJid", "id"].contains($0.name) }) else { return [] }
    return members.filter { $0.name != "fromMe" && $0.value.string?.isEmpty ?? true }
      .map { _ in "The property cannot be empty" }
  }

  /// Reads a query. As in Evolution, a time with one bound filters nothing, and neither does `fromMe` when it is false.
  ///
  /// - Returns: nil when a bound of the time is no time.
  init?(_ body: JSONView) {
    let condition = body["where"]
    let key = condition?["key"]
    id = condition?["id"]?.string
    remoteJid = key?["remoteJid"]?.string
    keyID = key?["id"]?.string
    messageType = condition?["messageType"]?.string
    source = condition?["source"]?.string
    page = Page(body)
    let time = condition?["messageTimestamp"]
    guard let from = time?["gte"], let to = time?["lte"] else {
      bounds = nil
      return
    }
    guard let from = from.seconds, let to = to.seconds else { return nil }
    bounds = (from, to)
  }

  /// The page asked for, the latest message first.
  ///
  /// - Parameters:
  ///   - messages: those of the instance, in the order in which they came.
  ///   - statuses: what has been told of a message.
  /// - Returns: the answer's body.
  func answer(from messages: [ReceivedMessage], statuses: (ReceivedMessage) -> [Acknowledgement]) -> JSONValue {
    let found = messages.filter(matches)
    return [
      "messages": [
        "total": .integer(found.count), "pages": .integer(page.count(of: found.count)),
        "currentPage": .integer(page.number),
        "records": .array(page.cut(found.reversed()).map { $0.record(statuses($0)) }),
      ]
    ]
  }

  private func matches(_ message: ReceivedMessage) -> Bool {
    func allows(_ filter: String?, _ value: String) -> Bool { filter == nil || filter == value }
    let time = Int(message.receivedAt)
    return bounds.map { $0.from <= time && time <= $0.to } ?? true && allows(id, message.recordID)
      && allows(remoteJid, message.remoteJid) && allows(keyID, message.id)
      && allows(messageType, ReceivedMessage.messageType) && allows(source, ReceivedMessage.source)
  }
}

extension JSONView {
  /// A time as JavaScript reads it, a text in ISO 8601 or milliseconds, in whole seconds since 1970; nil for no time.
  fileprivate var seconds: Int? { integer.map { $0 / 1_000 } ?? string.flatMap(UnixTime.parse) }
}
