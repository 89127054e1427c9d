internal import JSON

/// The body of `instance/create`, checked as Evolution's schema checks it.
struct CreateInstanceRequest {
  private static let integrations: Set<String> = ["WHATSAPP-BAILEYS", "WHATSAPP-BUSINESS", "EVOLUTION"]

  let name: String
  let token: String?
  let number: String?
  let showsQRCode: Bool
  let settings: InstanceSettings
  private let integration: String?
  private let webhook: JSONView?

  /// What the schema finds wrong with a body, in its words; empty when nothing is.
  static func faults(of body: JSONView) -> [String] {
    var check = SchemaCheck()
    for name in ["instanceName", "token", "number", "businessId"] { check.member(name, of: body, is: .string) }
    if let number = body["number"]?.string, !number.looksLikeNumber {
      check.fault(#"number does not match pattern "^\\d+[\\.@\\w-]+""#)
    }
    check.member("qrcode", of: body, is: .boolean)
    InstanceSettings.check(body, &check)
    check.require(["instanceName"], of: body)
    if let name = body["instanceName"]?.string, !Instances.isName(name) {
      check.fault(
        name.isEmpty
          ? #"The "instanceName" cannot be empty"# : "instanceName must be 1 to 255 bytes without control characters")
    }
    return check.faults
  }

  /// Reads a body that has no faults.
  init?(_ body: JSONView) {
    guard let name = body["instanceName"]?.string else { return nil }
    self.name = name
    token = body["token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    number = body["number"]?.string
    showsQRCode = body["qrcode"]?.boolean ?? false
    settings = InstanceSettings(body)
    integration = body["integration"]?.string
    webhook = body["webhook"].flatMap { $0.kind == .null ? nil : $0 }
  }

  /// Why no instance can be made of it, in the words that Evolution or, for what it has and the sandbox has not, the
  /// sandbox finds; nil when one can.
  var obstacle: String? {
    guard let integration, Self.integrations.contains(integration) else { return "Invalid integration" }
    guard integration == "WHATSAPP-BAILEYS" else { return "the sandbox has WHATSAPP-BAILEYS instances only" }
    guard let webhook else { return nil }
    guard webhook["events"] != nil else { return Webhook.missingEvents }
    return webhook["url"]?.string == nil ? "Argument `url` is missing." : nil
  }

  /// The webhook that comes with it.
  func makeWebhook(id: String, at time: Double) -> Webhook? {
    webhook.flatMap { Webhook($0, isEnabled: true, replacing: nil, id: id, at: time) }
  }

  /// The answer.
  func answer(_ instance: Instance) -> JSONValue {
    let shown = ["url", "headers", "byEvents", "base64"].compactMap { name in
      webhook?[name].map { ("webhook" + name.prefix(1).uppercased() + name.dropFirst(), $0.value) }
    }
    var members: [(name: String, value: JSONValue)] = [
      (
        "instance",
        [
          "instanceName": .string(instance.name), "instanceId": .string(instance.id),
          "integration": "WHATSAPP-BAILEYS", "webhookWaBusiness": .null, "accessTokenWaBusiness": "",
          "status": .string(instance.state.rawValue),
        ]
      ),
      ("hash", instance.token.map { .string($0) } ?? .null),
      ("webhook", .object(shown)),
    ]
    members += ["websocket", "rabbitmq", "nats", "sqs"].map { ($0, [:]) }
    members.append(("settings", settings.json))
    if showsQRCode { members.append(("qrcode", PairingCode.json(instance.pairing))) }
    return .object(members)
  }
}

extension String {
  /// Whether it begins with `\d[\.@\w-]`, which is what the schema's pattern comes to.
  fileprivate var looksLikeNumber: Bool {
    let start = Array(utf8.prefix(2))
    guard start.count == 2, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(start[0]) else { return false }
    let next = Character(Unicode.Scalar(start[1]))
    return next.isASCII && (next.isLetter || next.isNumber || "._@-".contains(next))
  }
}
