internal import JSON

extension Instance {
  /// The answer to `connectionState`.
  var connectionState: JSONValue { connectionState(as: state.rawValue) }

  /// The answer with another state; without one for an instance that is not loaded.
  func connectionState(as state: String?) -> JSONValue {
    let name: (name: String, value: JSONValue) = ("instanceName", .string(name))
    return ["instance": .object([name] + (state.map { [("state", .string($0))] } ?? []))]
  }

  /// The instance as Evolution's database has it, for `fetchInstances`, with a count of its messages.
  func row(messages: Int) -> JSONValue {
    let setting: JSONValue =
      if case .object(let members) = settings.json {
        .object([("id", .string("c" + id))] + members + [("instanceId", .string(id))])
      } else { .null }
    return [
      "id": .string(id), "name": .string(name), "connectionStatus": .string(state.rawValue),
      "ownerJid": wuid.map { .string($0) } ?? .null,
      "profileName": wuid == nil ? .null : "ifinu sandbox", "profilePicUrl": .null,
      "integration": "WHATSAPP-BAILEYS", "number": number.map { .string($0) } ?? .null, "businessId": .null,
      "token": token.map { .string($0) } ?? .null, "clientName": "sandbox",
      "disconnectionReasonCode": disconnection.map { .integer($0.reason) } ?? .null, "disconnectionObject": .null,
      "disconnectionAt": disconnection.map { .string(UnixTime.text($0.time)) } ?? .null,
      "createdAt": .string(UnixTime.text(createdAt)), "updatedAt": .string(UnixTime.text(createdAt)),
      "Chatwoot": .null, "Proxy": .null, "Rabbitmq": .null, "Nats": .null, "Sqs": .null, "Websocket": .null,
      "Setting": setting, "_count": ["Message": .integer(messages), "Contact": 0, "Chat": 0],
    ]
  }
}
