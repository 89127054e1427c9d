internal import JSON
internal import Time

/// A message as Evolution's database has it.
struct StoredMessage: Sendable, Equatable {
  /// WhatsApp's id.
  var id: String?
  /// Whether the instance sent it.
  var isFromInstance: Bool
  /// To whom it went: the address, and the second one that newer versions add.
  var addresses: [RecipientAddress]
  /// Its text; nil for what is no text.
  var text: String?
  /// When it was sent, by the server's clock, in whole seconds; nil when that can't be read.
  var time: Timestamp?
}

extension StoredMessage {
  private static let maximumDepth = 4

  /// Reads a record of `findMessages`.
  init(_ record: JSONView) {
    let key = record["key"]
    id = key?["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    isFromInstance = key?["fromMe"]?.boolean ?? false
    addresses = ["remoteJid", "remoteJidAlt"].compactMap { key?[$0]?.string.map(RecipientAddress.init) }
    text = Self.text(of: record["message"], depth: 0)
    time = Self.time(record["messageTimestamp"])
  }

  /// The text, also of a message within another, as one that disappears after a while is.
  private static func text(of message: JSONView?, depth: Int) -> String? {
    guard let message, depth < maximumDepth else { return nil }
    if let text = message["conversation"]?.string ?? message["extendedTextMessage"]?["text"]?.string { return text }
    return message.members.lazy.compactMap { text(of: $0.value["message"], depth: depth + 1) }.first
  }

  /// Seconds since 1970, as a number in version 2 and as a text in version 1.
  private static func time(_ value: JSONView?) -> Timestamp? {
    let latest = 100_000_000_000
    guard let seconds = value?.integer ?? value?.string.flatMap({ Int($0) }), (0...latest).contains(seconds) else {
      return nil
    }
    return Timestamp(milliseconds: seconds * 1_000)
  }
}

/// One page of `findMessages`, or several put together.
struct StoredMessages: Sendable, Equatable {
  /// The messages, latest first.
  var records: [StoredMessage] = []
  /// Whether no more pages follow.
  var isWhole = true

  /// None.
  init() {}

  /// Reads an answer's body, the page of that number, from 1; nil for what is no such answer.
  init?(_ body: [UInt8], page: Int) {
    guard let messages = LenientJSON.root(of: body)?["messages"], let records = messages["records"],
      records.kind == .array, let pages = messages["pages"]?.integer
    else { return nil }
    self.records = records.elements.map(StoredMessage.init)
    isWhole = page >= pages
  }

  /// Adds a later page, or the messages at another address.
  mutating func add(_ other: StoredMessages) {
    records += other.records
    isWhole = isWhole && other.isWhole
  }
}
