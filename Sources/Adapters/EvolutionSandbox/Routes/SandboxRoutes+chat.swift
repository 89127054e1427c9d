internal import HTTPServer
internal import JSON

extension SandboxRoutes {
  /// `POST /chat/whatsappNumbers/{instance}`, whose errors come without the envelope's inner part.
  func whatsappNumbers(_ request: InstanceRequest) -> HTTPResponse {
    guard let numbers = request.body["numbers"] else { return .json(400, [:]) }
    var check = SchemaCheck()
    check.member("numbers", of: request.body, is: .array)
    let texts = numbers.elements.compactMap(\.string)
    if texts.count < numbers.elements.count { check.fault(#""numbers" must be an array of numeric strings"#) }
    if numbers.kind == .array, numbers.elements.isEmpty { check.fault("numbers does not meet minimum length of 1") }
    if Set(texts).count < texts.count { check.fault("numbers contains duplicate item") }
    guard check.faults.isEmpty else {
      let faults = JSONValue.array(check.faults.map { .string($0) })
      return .json(400, ["status": 400, "error": "Bad Request", "message": [faults]])
    }
    guard request.instance.state == .open else { return .json(400, Self.closedConnection) }
    return .json(200, .array(texts.map { Recipient(number: $0).json(asked: $0) }))
  }

  /// `POST /chat/findMessages/{instance}` over what was taken.
  func findMessages(_ request: InstanceRequest) -> HTTPResponse {
    let faults = MessagesQuery.faults(of: request.body)
    guard faults.isEmpty else { return .invalid(faults) }
    guard let query = MessagesQuery(request.body) else {
      return .serverError("Invalid `this.prismaRepository.message.count()` invocation: a messageTimestamp is no time")
    }
    return .json(
      200, query.answer(from: kept(of: request.instance), statuses: statuses(at: UnixTime.now)))
  }

  /// The messages of an instance that its database has.
  private func kept(of instance: Instance) -> [ReceivedMessage] {
    options.keepsMessages ? inbox.messages(of: instance) : []
  }

  /// `POST /chat/findStatusMessage/{instance}`
  func findStatusMessage(_ request: InstanceRequest) -> HTTPResponse {
    let condition = request.body["where"]
    let (remoteJid, id) = (condition?["remoteJid"]?.string, condition?["id"]?.string)
    let statuses = statuses(at: UnixTime.now)
    let updates = kept(of: request.instance)
      .filter { (remoteJid ?? $0.remoteJid) == $0.remoteJid && (id ?? $0.id) == $0.id }
      .flatMap { message in statuses(message).map { message.updateRow($0) } }
    return .json(200, .array(Page(request.body).cut(updates)))
  }

  /// `POST /chat/markMessageAsRead/{instance}`
  func markMessageAsRead(_ request: InstanceRequest) -> HTTPResponse {
    var check = SchemaCheck()
    check.member("readMessages", of: request.body, is: .array)
    for (place, key) in (request.body["readMessages"]?.elements ?? []).enumerated() {
      var nested = SchemaCheck(at: "readMessages[\(place)]")
      nested.require(["id", "fromMe", "remoteJid"], of: key)
      nested.faults.forEach { check.fault($0) }
    }
    check.require(["readMessages"], of: request.body)
    guard check.faults.isEmpty else { return .invalid(check.faults) }
    guard request.instance.state == .open else {
      return .failure(500, "Internal Server Error", ["Read messages fail", "Error: Connection Closed"])
    }
    return .json(201, ["message": "Read messages", "read": "success"])
  }

  /// `POST /chat/archiveChat/{instance}`
  func archiveChat(_ request: InstanceRequest) -> HTTPResponse {
    changeChat(request, requiring: "archive", outcome: "archived", fault: "archiving the chat")
  }

  /// `POST /chat/markChatUnread/{instance}`
  func markChatUnread(_ request: InstanceRequest) -> HTTPResponse {
    changeChat(request, requiring: "lastMessage", outcome: "markedChatUnread", fault: "marked unread the chat")
  }

  private func changeChat(
    _ request: InstanceRequest, requiring name: String, outcome: String, fault: String
  ) -> HTTPResponse {
    var check = SchemaCheck()
    check.member("archive", of: request.body, is: .boolean)
    check.member("lastMessage", of: request.body, is: .object)
    check.require([name], of: request.body)
    guard check.faults.isEmpty else { return .invalid(check.faults) }
    let chat = request.body["chat"]?.string
    let jid =
      request.body["lastMessage"]?["key"]?["remoteJid"]?.string
      ?? chat.flatMap { chat in
        inbox.messages(of: request.instance).contains { $0.remoteJid == chat } ? chat : nil
      }
    guard let jid, request.instance.state == .open else {
      let reason = jid == nil ? "[object Object]" : "Error: Connection Closed"
      let words: JSONValue = [
        .string("An error occurred while \(fault). Open a calling."), .string(reason),
      ]
      let details: JSONValue = .object([(outcome, .boolean(false)), ("message", words)])
      return .failure(500, "Internal Server Error", [details])
    }
    return .json(201, .object([("chatId", .string(jid)), (outcome, .boolean(true))]))
  }

  /// `POST /chat/fetchProfilePictureUrl/{instance}`: nobody has one.
  func fetchProfilePictureURL(_ request: InstanceRequest) -> HTTPResponse {
    var check = SchemaCheck()
    check.member("number", of: request.body, is: .string)
    guard check.faults.isEmpty else { return .invalid(check.faults) }
    let recipient = Recipient(number: request.body["number"]?.string ?? "")
    return .json(200, ["wuid": .string(recipient.jid), "profilePictureUrl": .null])
  }

  /// `POST /chat/sendPresence/{instance}`, which takes as long as its `delay` says.
  func sendPresence(_ request: InstanceRequest) async -> HTTPResponse {
    var check = SchemaCheck()
    check.member("number", of: request.body, is: .string, orSay: "Invalid format")
    check.member("delay", of: request.body, is: .number)
    check.member("presence", of: request.body, isOneOf: Self.presences)
    check.require(["number", "presence", "delay"], of: request.body)
    guard check.faults.isEmpty, let number = request.body["number"]?.string else {
      return .invalid(check.faults)
    }
    guard request.instance.state == .open else { return .badRequest(["Error: Connection Closed"]) }
    // What an error becomes that is thrown as a plain object.
    guard Recipient(number: number).exists else { return .badRequest(["[object Object]"]) }
    if let delay = request.body["delay"]?.integer, delay > 0 { try? await Task.sleep(for: .milliseconds(delay)) }
    return .json(201, ["presence": request.body["presence"]?.value ?? .null])
  }

  /// `POST /instance/setPresence/{instance}`
  func setPresence(_ request: InstanceRequest) -> HTTPResponse {
    var check = SchemaCheck()
    check.member("presence", of: request.body, isOneOf: Self.presences)
    check.require(["presence"], of: request.body)
    guard check.faults.isEmpty else { return .invalid(check.faults) }
    guard request.instance.state == .open else { return .badRequest(["Error: Connection Closed"]) }
    return .json(201, ["presence": request.body["presence"]?.value ?? .null])
  }

  private static let presences = ["unavailable", "available", "composing", "recording", "paused"]

  /// What is left of an error of the library below Evolution, made JSON of.
  private static let closedConnection: JSONValue = [
    "data": .null, "isBoom": true, "isServer": false,
    "output": [
      "statusCode": 428,
      "payload": ["statusCode": 428, "error": "Precondition Required", "message": "Connection Closed"],
      "headers": [:],
    ],
  ]
}
