internal import HTTPServer
internal import JSON

extension SandboxRoutes {
  /// `POST /webhook/set/{instance}`
  func setWebhook(_ request: InstanceRequest) -> HTTPResponse {
    let faults = Webhook.faults(of: request.body)
    guard faults.isEmpty, let body = request.body["webhook"] else {
      return .invalid(faults)
    }
    let isEnabled = body["enabled"]?.boolean ?? false
    guard !isEnabled || body["events"] != nil else { return .serverError(Webhook.missingEvents) }
    let (id, now) = (nextRecordID(), UnixTime.now)
    let changed = instances.change(request.instance) { instance in
      instance.webhook = Webhook(body, isEnabled: isEnabled, replacing: instance.webhook, id: id, at: now)
      return true
    }
    guard let changed else { return .unknownInstance(request.instance.name) }
    return .json(201, changed.webhook?.row(of: changed) ?? .null)
  }

  /// `GET /webhook/find/{instance}`
  func findWebhook(_ request: InstanceRequest) -> HTTPResponse {
    .json(200, request.instance.webhook?.row(of: request.instance) ?? .null)
  }

  /// `POST /settings/set/{instance}`
  func setSettings(_ request: InstanceRequest) -> HTTPResponse {
    var check = SchemaCheck()
    InstanceSettings.check(request.body, &check)
    check.require(InstanceSettings.switches, of: request.body)
    guard check.faults.isEmpty else { return .invalid(check.faults) }
    let changed = instances.change(request.instance) { instance in
      instance.settings = InstanceSettings(request.body)
      return true
    }
    guard let changed else { return .unknownInstance(request.instance.name) }
    return .json(
      201, ["settings": ["instanceName": .string(changed.name), "settings": request.body.value]])
  }

  /// `GET /settings/find/{instance}`
  func findSettings(_ request: InstanceRequest) -> HTTPResponse { .json(200, request.instance.settings.json) }

  /// An id for a row in Evolution's database.
  func nextRecordID() -> String { draw { "c" + $0.text(24, of: "abcdefghijklmnopqrstuvwxyz0123456789") } }
}
