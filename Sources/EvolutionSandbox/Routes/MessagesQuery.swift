internal import JSON

/// The body of a `findMessages`: which messages, and which page of them.
struct MessagesQuery {
  private static let largestPage = 1_000

  private let remoteJid: String?
  private let id: String?
  private let fromMe: Bool
  private let seconds: ClosedRange<Int>
  private let page: Int
  private let pageSize: Int

  /// Reads a query; nil when a bound of its time is missing or no time.
  init?(_ body: JSONView) {
    let condition = body["where"]
    let time = condition?["messageTimestamp"]
    guard let from = time?["gte"]?.string.flatMap(UnixTime.parse),
      let to = time?["lte"]?.string.flatMap(UnixTime.parse)
    else { return nil }
    seconds = from...max(from, to)
    let key = condition?["key"]
    remoteJid = key?["remoteJid"]?.string
    id = key?["id"]?.string
    fromMe = key?["fromMe"]?.boolean ?? true
    page = min(max(body["page"]?.integer ?? 1, 1), 1_000_000)
    pageSize = min(max(body["offset"]?.integer ?? 50, 1), Self.largestPage)
  }

  /// The page asked for, the latest message first.
  func answer(from messages: [ReceivedMessage], of instance: String) -> JSONValue {
    let found = messages.filter { $0.instance == instance && matches($0) }
    let records = found.reversed().dropFirst((page - 1) * pageSize).prefix(pageSize)
    return [
      "messages": [
        "total": .integer(found.count),
        "pages": .integer((found.count + pageSize - 1) / pageSize),
        "currentPage": .integer(page),
        "records": .array(records.map(\.record)),
      ]
    ]
  }

  private func matches(_ message: ReceivedMessage) -> Bool {
    fromMe && seconds.contains(Int(message.receivedAt)) && (remoteJid == nil || remoteJid == message.remoteJid)
      && (id == nil || id == message.id)
  }
}

extension ReceivedMessage {
  private var key: JSONValue { ["remoteJid": .string(remoteJid), "fromMe": true, "id": .string(id)] }

  /// The body of the answer to the send.
  var confirmation: JSONValue {
    [
      "key": key,
      "pushName": "Você",
      "status": "PENDING",
      "message": ["conversation": .string(text)],
      "contextInfo": [:],
      "messageType": "conversation",
      "messageTimestamp": .integer(Int(receivedAt)),
      "instanceId": .string(InstanceIdentity.id(of: instance)),
      "source": "unknown",
    ]
  }

  /// The message as Evolution's database has it.
  fileprivate var record: JSONValue {
    [
      "id": .string("c\(id.lowercased())"),
      "key": key,
      "pushName": "Você",
      "messageType": "conversation",
      "message": ["conversation": .string(text)],
      "messageTimestamp": .integer(Int(receivedAt)),
      "instanceId": .string(InstanceIdentity.id(of: instance)),
      "source": "unknown",
      "contextInfo": [:],
      "MessageUpdate": [["status": "SERVER_ACK"]],
    ]
  }
}
