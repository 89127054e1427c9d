internal import Delivery
internal import JSON
internal import Time

/// The search for one message among those that a server keeps: what to ask for, and what the answers mean.
struct SentSearch: Sendable {
  /// How far the server's clock may be behind the queue's.
  private static let skew = Duration.seconds(120)
  /// Later copies count, however late; a bound must be there all the same, as the server filters by both or by none.
  private static let horizon = Duration.seconds(366 * 86_400)
  /// How many messages a page has: their texts may be long, and more than 1 MiB of an answer is not read.
  static let pageSize = 25

  /// The addresses at which it may be.
  let addresses: [RecipientAddress]
  private let text: [Unicode.Scalar]
  private let excluded: Set<String>
  /// From when on it may have been sent.
  let start: Timestamp
  private let end: Timestamp

  /// The search for a message that began to be sent at a time, and is none of those excluded.
  init(for message: OutgoingMessage, since: Timestamp, excluding: Set<String>) {
    addresses = RecipientAddress.forms(of: message.number)
    text = Self.essence(of: message.text)
    excluded = excluding
    start = Timestamp(milliseconds: Int(since.advanced(by: .zero - Self.skew).seconds.rounded(.down)) * 1_000)
    end = start.advanced(by: Self.horizon)
  }

  /// The condition for what was sent in that time, to one address or to all.
  func condition(to address: RecipientAddress? = nil) -> JSONValue {
    var key: [(name: String, value: JSONValue)] = [("fromMe", true)]
    if let address { key.append(("remoteJid", .string(address.text))) }
    return [
      "key": .object(key), "messageTimestamp": ["gte": .string(start.rfc3339), "lte": .string(end.rfc3339)],
    ]
  }

  /// What the messages at the recipient's own addresses say; nil when the message is not among them.
  func verdict(atRecipient messages: StoredMessages) -> SentLookup? {
    verdict(in: messages) ?? (messages.isWhole ? nil : .unknown("the recipient has too many messages to look through"))
  }

  /// What the messages to all recipients say, the latest of them when there are many; nil when the message is not
  /// among them. A server may write down another address than the one that was sent to.
  func verdict(atAll messages: StoredMessages) -> SentLookup? {
    if let verdict = verdict(in: messages) { return verdict }
    let hasHidden = messages.records.contains { $0.isFromInstance && isHidden($0) }
    return hasHidden && !messages.isWhole ? .unknown("the server names recipients by other addresses") : nil
  }

  /// Whether the instance sent a message in that time: the server keeps messages.
  func isRecent(_ message: StoredMessage) -> Bool {
    message.isFromInstance && message.time.map { start <= $0 && $0 <= end } ?? false
  }

  private func verdict(in messages: StoredMessages) -> SentLookup? {
    let alike = messages.records.filter(isAlike)
    let own = alike.filter { $0.addresses.contains(where: addresses.contains) }
    // Of those of one second, the last in the list is the oldest.
    let oldest = own.reversed().filter { $0.time != nil }.min { ($0.time ?? end) < ($1.time ?? end) }
    if let oldest { return .found(SendReceipt(providerID: oldest.id)) }
    if !own.isEmpty { return .unknown("the server does not say when it sent a message alike") }
    return alike.contains(where: isHidden) ? .unknown("the server names recipients by other addresses") : nil
  }

  private func isAlike(_ message: StoredMessage) -> Bool {
    message.isFromInstance && message.time.map { start <= $0 && $0 <= end } ?? true
      && !(message.id.map(excluded.contains) ?? false) && message.text.map(Self.essence) == text
  }

  /// Whether nobody can tell to whom a message went.
  private func isHidden(_ message: StoredMessage) -> Bool { !message.addresses.contains { $0.namesItsOwner } }

  /// A text without its white space, which WhatsApp trims.
  private static func essence(of text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { !$0.properties.isWhitespace }
  }
}
