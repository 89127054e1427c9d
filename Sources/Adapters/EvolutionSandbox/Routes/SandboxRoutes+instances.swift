internal import HTTPServer
internal import JSON

extension SandboxRoutes {
  /// `POST /instance/create`. That a name is in use is said before the key is looked at.
  func create(_ request: HTTPRequest, _ body: JSONView) -> HTTPResponse {
    if let name = body["instanceName"]?.string, instances.isInUse(name) { return .nameInUse(name) }
    guard isAuthorized(request) else { return .unauthorized }
    let faults = CreateInstanceRequest.faults(of: body)
    guard faults.isEmpty, let creation = CreateInstanceRequest(body) else {
      return .invalid(faults)
    }
    if let obstacle = creation.obstacle { return .badRequest([.string(obstacle)]) }
    let now = UnixTime.now
    var instance = draw { random in
      Instance(
        created: creation, id: InstanceIdentity.random(using: &random),
        token: creation.token ?? InstanceIdentity.random(using: &random).uppercased(), at: now)
    }
    instance.webhook = creation.makeWebhook(id: nextRecordID(), at: now)
    guard instances.add(instance) else { return .nameInUse(instance.name) }
    webhooks.tell(.lifetime(.instanceCreate, of: instance), of: instance)
    if creation.showsQRCode { instance = startConnecting(instance, number: nil) ?? instance }
    return .json(201, creation.answer(instance))
  }

  /// `GET /instance/fetchInstances`: all, the one that the query names, or the one whose key the request carries.
  func fetchInstances(_ request: HTTPRequest) -> HTTPResponse {
    func wanted(_ name: String) -> String? {
      request.query.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }
    let (name, id, number) = (wanted("instanceName"), wanted("instanceId"), wanted("number"))
    guard isAuthorized(request) else {
      let own = instances.all.filter {
        isKey(of: $0, request) && (name ?? $0.name) == $0.name && (id ?? $0.id) == $0.id
      }
      return own.isEmpty ? .unauthorized : rows(of: own)
    }
    let found: Instance?
    switch (id, number, name) {
    case (let id?, _, _): found = instances.all.first { $0.id == id }
    case (_, let number?, _): found = instances.all.first { $0.number == number }
    case (_, _, let name?): found = instances.find(name)
    default: return rows(of: instances.all)
    }
    return found.map { rows(of: [$0]) } ?? .notFound("Instance \"\(id ?? number ?? name ?? "")\" not found")
  }

  private func rows(of instances: [Instance]) -> HTTPResponse {
    let counts = inbox.countsByInstance
    return .json(200, .array(instances.map { $0.row(messages: counts[$0.id] ?? 0) }))
  }

  /// `GET /instance/connectionState/{instance}`
  func connectionState(_ request: InstanceRequest) -> HTTPResponse {
    switch standing.fault(of: request.instance.name) {
    case .closed: .json(200, request.instance.connectionState(as: "close"))
    case .notLoaded: .json(200, request.instance.connectionState(as: nil))
    default: .json(200, request.instance.connectionState)
    }
  }

  /// `GET /instance/connect/{instance}`
  func connect(_ request: InstanceRequest) -> HTTPResponse {
    switch request.instance.state {
    case .open: return connectionState(request)
    case .connecting: return .json(200, PairingCode.json(request.instance.pairing))
    case .close:
      let number = request.query.last { $0.name == "number" }?.value
      let instance = startConnecting(request.instance, number: number) ?? request.instance
      return .json(200, PairingCode.json(instance.pairing))
    }
  }

  /// `POST /instance/restart/{instance}`: the connection is made anew, for which no code has to be read.
  func restart(_ request: InstanceRequest) -> HTTPResponse {
    switch request.instance.state {
    // What an error becomes that is thrown as a plain object.
    case .close: return .json(200, ["error": true, "message": "[object Object]"])
    case .connecting: return connect(request)
    case .open:
      startConnecting(request.instance, number: nil, showsCode: false)
      return connectionState(request)
    }
  }

  /// `DELETE /instance/logout/{instance}`
  func logout(_ request: InstanceRequest) -> HTTPResponse {
    guard let instance = close(request.instance) else {
      return .badRequest([.string("The \"\(request.instance.name)\" instance is not connected")])
    }
    webhooks.tell(WebhookEvent(kind: .logoutInstance, data: .null), of: instance)
    return .success("Instance logged out")
  }

  /// `DELETE /instance/delete/{instance}`
  func delete(_ request: InstanceRequest) -> HTTPResponse {
    let instance = close(request.instance) ?? request.instance
    webhooks.tell(.lifetime(.instanceDelete, of: instance), of: instance)
    instances.remove(instance)
    return .success("Instance deleted")
  }

  private func close(_ instance: Instance) -> Instance? {
    let now = UnixTime.now
    guard let closed = instances.change(instance, { $0.close(at: now) }) else { return nil }
    webhooks.tell(.connectionUpdate(closed), of: closed)
    return closed
  }

  /// Begins to connect; after a while the instance is open, as if somebody had read its code.
  @discardableResult
  private func startConnecting(_ instance: Instance, number: String?, showsCode: Bool = true) -> Instance? {
    let code = showsCode ? draw { PairingCode(number: number ?? instance.number, using: &$0) } : nil
    var attempt = 0
    let connecting = instances.change(instance) { instance in
      attempt = instance.connect(showing: code)
      return true
    }
    guard let connecting else { return nil }
    webhooks.tell(.connectionUpdate(connecting), of: connecting)
    if let code {
      webhooks.tell(WebhookEvent(kind: .qrcodeUpdated, data: code.event(of: connecting.name)), of: connecting)
    }
    work.start { [attempt, options, instances, webhooks] in
      do { try await Task.sleep(for: options.pairingTime) } catch { return }
      guard let open = instances.change(connecting, { $0.open(attempt: attempt) }) else { return }
      webhooks.tell(.connectionUpdate(open), of: open)
    }
    return connecting
  }
}
