internal import JSON

extension ReceivedMessage {
  private static let owner = "Você"
  /// What an id of this form tells of its sender's device.
  static let source = "web"
  static let messageType = "conversation"

  /// Its id in Evolution's database.
  var recordID: String { "c" + id.lowercased() }

  private var key: JSONValue { ["remoteJid": .string(remoteJid), "fromMe": true, "id": .string(id)] }

  /// The body of the answer to the send.
  var confirmation: JSONValue {
    [
      "key": key, "pushName": .string(Self.owner), "status": "PENDING", "message": ["conversation": .string(text)],
      "contextInfo": [:], "messageType": .string(Self.messageType), "messageTimestamp": .integer(Int(receivedAt)),
      "instanceId": .string(instanceID), "source": .string(Self.source),
    ]
  }

  /// The message as Evolution's database has it, with the statuses that were told of it.
  func record(_ statuses: [Acknowledgement]) -> JSONValue {
    [
      "id": .string(recordID), "key": key, "pushName": .string(Self.owner),
      "messageType": .string(Self.messageType), "message": ["conversation": .string(text)],
      "messageTimestamp": .integer(Int(receivedAt)), "instanceId": .string(instanceID),
      "source": .string(Self.source), "contextInfo": [:],
      "MessageUpdate": .array(statuses.map { ["status": .string($0.rawValue)] }),
    ]
  }

  /// The data of `messages.update`.
  func update(_ status: Acknowledgement) -> JSONValue {
    [
      "keyId": .string(id), "remoteJid": .string(remoteJid), "fromMe": true, "status": .string(status.rawValue),
      "instanceId": .string(instanceID), "messageId": .string(recordID),
    ]
  }

  /// A status as Evolution's database has it, for `findStatusMessage`.
  func updateRow(_ status: Acknowledgement) -> JSONValue {
    [
      "id": .string("\(recordID)\(status.rawValue.lowercased())"), "keyId": .string(id),
      "remoteJid": .string(remoteJid), "fromMe": true, "participant": .null, "pollUpdates": .null,
      "status": .string(status.rawValue), "messageId": .string(recordID), "instanceId": .string(instanceID),
    ]
  }
}
