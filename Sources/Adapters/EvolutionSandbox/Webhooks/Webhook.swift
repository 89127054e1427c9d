internal import JSON

/// Where an instance's events are told, as somebody has set it.
struct Webhook: Sendable {
  /// What Evolution says when it asks a list that is not there for its length.
  static let missingEvents = "Cannot read properties of undefined (reading 'length')"

  /// Every event that can be asked for; the sandbox tells of some of them.
  static let allEvents = [
    "APPLICATION_STARTUP", "QRCODE_UPDATED", "MESSAGES_SET", "MESSAGES_UPSERT", "MESSAGES_EDITED", "MESSAGES_UPDATE",
    "MESSAGES_DELETE", "SEND_MESSAGE", "SEND_MESSAGE_UPDATE", "CONTACTS_SET", "CONTACTS_UPSERT", "CONTACTS_UPDATE",
    "PRESENCE_UPDATE", "CHATS_SET", "CHATS_UPSERT", "CHATS_UPDATE", "CHATS_DELETE", "GROUPS_UPSERT", "GROUP_UPDATE",
    "GROUP_PARTICIPANTS_UPDATE", "CONNECTION_UPDATE", "LABELS_EDIT", "LABELS_ASSOCIATION", "CALL", "TYPEBOT_START",
    "TYPEBOT_CHANGE_STATUS", "REMOVE_INSTANCE", "LOGOUT_INSTANCE", "INSTANCE_CREATE", "INSTANCE_DELETE",
    "STATUS_INSTANCE",
  ]

  private let id: String
  /// Where it is.
  let url: String
  /// Whether it is called at all.
  let isEnabled: Bool
  /// The events it is called for, in upper case with underscores.
  let events: [String]
  /// Whether the event's name is appended to the address.
  let byEvents: Bool
  private let base64: Bool
  private let headers: JSONValue
  private let createdAt: Double
  private let updatedAt: Double

  /// What the schema finds wrong with the body of `webhook/set`, in its words; empty when nothing is.
  static func faults(of body: JSONView) -> [String] {
    var check = SchemaCheck()
    check.member("webhook", of: body, is: .object)
    check.require(["webhook"], of: body)
    guard let webhook = body["webhook"], webhook.kind == .object else { return check.faults }
    check = SchemaCheck(at: "webhook")
    check.member("enabled", of: webhook, is: .boolean)
    check.member("url", of: webhook, is: .string)
    check.member("headers", of: webhook, is: .object)
    check.member("byEvents", of: webhook, is: .boolean)
    check.member("base64", of: webhook, is: .boolean)
    check.member("events", of: webhook, is: .array)
    for (place, event) in (webhook["events"]?.elements ?? []).enumerated() {
      guard let name = event.string, allEvents.contains(name) else {
        check.fault("webhook.events[\(place)] is not one of enum values: \(allEvents.joined(separator: ","))")
        continue
      }
    }
    check.require(["enabled", "url"], of: webhook)
    if webhook["url"]?.string == "" { check.fault("The \"url\" cannot be empty") }
    return check.faults
  }

  /// Reads one; nil without an address.
  ///
  /// - Parameters:
  ///   - body: its members.
  ///   - isEnabled: whether it is to be called.
  ///   - former: what was set before: what the body leaves out stays as it was.
  ///   - id: an id, for the first.
  ///   - time: the time now, in seconds since 1970.
  init?(_ body: JSONView, isEnabled: Bool, replacing former: Webhook?, id: String, at time: Double) {
    guard let url = body["url"]?.string else { return nil }
    self.id = former?.id ?? id
    self.url = url
    self.isEnabled = isEnabled
    let named = body["events"]?.elements.compactMap(\.string) ?? []
    events = isEnabled ? (named.isEmpty ? Self.allEvents : named) : []
    byEvents = body["byEvents"]?.boolean ?? former?.byEvents ?? false
    base64 = body["base64"]?.boolean ?? former?.base64 ?? false
    headers = body["headers"]?.value ?? former?.headers ?? .null
    createdAt = former?.createdAt ?? time
    updatedAt = time
  }

  /// The header fields that its calls carry, a token among them where a key for one is set; the time is in whole seconds
  /// since 1970.
  func headerFields(now: Int) -> [(name: String, value: String)] {
    guard case .object(let members) = headers else { return [] }
    let fields = members.compactMap { member in member.value.headerText.map { (name: member.name, value: $0) } }
    guard let key = fields.first(where: { $0.name == "jwt_key" })?.value else { return fields }
    return fields.filter { $0.name != "jwt_key" && $0.name.lowercased() != "authorization" }
      + [("Authorization", "Bearer " + WebhookToken.make(key: key, now: now))]
  }

  /// The webhook as Evolution's database has it.
  func row(of instance: Instance) -> JSONValue {
    [
      "id": .string(id), "url": .string(url), "headers": headers, "enabled": .boolean(isEnabled),
      "events": .array(events.map { .string($0) }), "webhookByEvents": .boolean(byEvents),
      "webhookBase64": .boolean(base64), "createdAt": .string(UnixTime.text(createdAt)),
      "updatedAt": .string(UnixTime.text(updatedAt)), "instanceId": .string(instance.id),
    ]
  }
}

extension JSONValue {
  /// The value as a header field's; nil when it makes none.
  fileprivate var headerText: String? {
    switch self {
    case .string(let text): text
    case .integer, .number, .boolean: text
    case .null, .array, .object: nil
    }
  }
}
