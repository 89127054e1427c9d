internal import JSON

/// Something that webhooks are told.
struct WebhookEvent: Sendable {
  /// What has happened.
  enum Kind: String {
    case sendMessage = "send.message"
    case messagesUpdate = "messages.update"
    case connectionUpdate = "connection.update"
    case qrcodeUpdated = "qrcode.updated"
    case instanceCreate = "instance.create"
    case instanceDelete = "instance.delete"
    case logoutInstance = "logout.instance"

    /// The name by which a webhook asks for it.
    var listedName: String { rawValue.uppercased().replacing(".", with: "_") }
    /// The name that is appended to an address.
    var pathName: String { rawValue.replacing(".", with: "-") }
  }

  /// What has happened.
  let kind: Kind
  /// What there is to say of it.
  let data: JSONValue

  /// The calls that it makes: the instance's own webhook, and the one of all instances.
  ///
  /// - Parameters:
  ///   - instance: where it happened.
  ///   - globalURL: the address for all instances' events.
  ///   - globalByEvents: whether the event's name is appended to that address.
  ///   - serverURL: where the API itself answers.
  ///   - time: when it happened, in seconds since 1970.
  /// - Returns: none to two calls.
  func calls(
    of instance: Instance, globalURL: String?, globalByEvents: Bool, serverURL: String, at time: Double
  ) -> [WebhookCall] {
    let webhook = instance.webhook
    // Evolution names the instance's own address in calls of both kinds.
    let destination = webhook?.url ?? "\(globalURL ?? "")/\(kind.pathName)"
    let body = envelope(of: instance, destination: destination, serverURL: serverURL, at: time).bytes
    var calls: [WebhookCall] = []
    if let webhook, webhook.isEnabled, webhook.events.contains(kind.listedName), Self.isURL(webhook.url) {
      let url = webhook.byEvents ? "\(webhook.url)/\(kind.pathName)" : webhook.url
      calls.append(WebhookCall(url: url, headers: webhook.headerFields(now: Int(time)), body: body))
    }
    if let globalURL, Self.isURL(globalURL) {
      let url = globalByEvents ? "\(globalURL)/\(kind.pathName)" : globalURL
      calls.append(WebhookCall(url: url, headers: [], body: body))
    }
    return calls
  }

  private func envelope(
    of instance: Instance, destination: String, serverURL: String, at time: Double
  ) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("event", .string(kind.rawValue)), ("instance", .string(instance.name)), ("data", data),
      ("destination", .string(destination)),
      // Local time, and a Z after it that makes it look like UTC.
      ("date_time", .string(UnixTime.text(time + UnixTime.localOffset(at: time)))),
    ]
    if let sender = instance.wuid { members.append(("sender", .string(sender))) }
    members.append(("server_url", .string(serverURL)))
    members.append(("apikey", .string(instance.token ?? "Apikey not found")))
    return .object(members)
  }

  private static func isURL(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }
}

extension WebhookEvent {
  /// An instance's state has changed.
  static func connectionUpdate(_ instance: Instance) -> WebhookEvent {
    var members: [(name: String, value: JSONValue)] = [("instance", .string(instance.name))]
    if instance.state == .open, let wuid = instance.wuid {
      members += [("wuid", .string(wuid)), ("profileName", "ifinu sandbox"), ("profilePictureUrl", .null)]
    }
    members.append(("state", .string(instance.state.rawValue)))
    members.append(("statusReason", .integer(instance.state == .close ? Instance.loggedOut : 200)))
    return WebhookEvent(kind: .connectionUpdate, data: .object(members))
  }

  /// An instance was made, or deleted.
  static func lifetime(_ kind: Kind, of instance: Instance) -> WebhookEvent {
    WebhookEvent(
      kind: kind, data: ["instanceName": .string(instance.name), "instanceId": .string(instance.id)])
  }
}
