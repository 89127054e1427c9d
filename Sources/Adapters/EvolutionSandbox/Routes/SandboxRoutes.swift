internal import HTTPServer
internal import JSON
internal import Synchronization

/// The answers of a sandbox.
final class SandboxRoutes: Sendable {
  /// The version of the API that is imitated.
  static let version = "2.3.7"
  private static let sending = "POST message/sendText"

  let inbox: Inbox
  let options: SandboxOptions
  let instances: Instances
  let webhooks: WebhookOutbox
  let work = BackgroundWork()
  let sendLog: SendLog
  private let faults: Mutex<StandingFaults>
  private let random: Mutex<SandboxRandom>
  private let requests = Atomic<Int>(0)

  init(options: SandboxOptions) {
    self.options = options
    inbox = Inbox(bound: options.keptMessages)
    instances = Instances(known: options.instances, closed: options.closedInstances)
    webhooks = WebhookOutbox(options.webhooks, instances: instances, work: work)
    sendLog = SendLog(bound: options.keptMessages)
    faults = Mutex(options.standingFaults)
    random = Mutex(SandboxRandom(seed: options.seed))
  }

  /// What goes wrong each time.
  var standing: StandingFaults { faults.withLock(\.self) }

  /// Changes what goes wrong each time.
  func change(_ change: (inout StandingFaults) -> Void) { faults.withLock { change(&$0) } }

  /// The answer to a request.
  func respond(to request: HTTPRequest) async -> HTTPResponse {
    let segments = request.segments
    let route = "\(request.method) \(segments.prefix(2).joined(separator: "/"))"
    if segments.count == 2, segments[0] == "sandbox" { return await control(route, request) }
    guard segments.count == 3, route == Self.sending else { return await answer(request, segments, route) }
    let number = sendLog.begin(on: segments[2])
    let response = await answer(request, segments, route)
    sendLog.end(number, on: segments[2], status: response.status)
    return response
  }

  private func answer(_ request: HTTPRequest, _ segments: [String], _ route: String) async -> HTTPResponse {
    let ordinal = requests.add(1, ordering: .relaxed).newValue
    if let answer = options.respond?(SandboxRequest(ordinal, request, segments)) {
      return await perform(answer, request, instance: segments.last ?? "")
    }
    // Without a licence the root answers all the same.
    if let fault = standing.beforeEvolution, !fault.isSent || route != Self.sending,
      fault != .unlicensed || !segments.isEmpty
    {
      return fault.isSilent ? await silence() : .fault(fault)
    }
    switch (segments.count, route) {
    case (0, "GET "): return welcome
    case (2, "POST instance/create"): return await withBody(of: request) { create(request, $0) }
    case (2, "GET instance/fetchInstances"): return fetchInstances(request)
    case (3, _):
      guard let action = action(route) else { return .unknownRoute(request) }
      return await withBody(of: request) { await answer(request, $0, on: segments[2], by: action) }
    default: return .unknownRoute(request)
    }
  }

  /// What is done about an instance; nil for a route that there is not.
  private func action(_ route: String) -> ((InstanceRequest) async -> HTTPResponse)? {
    switch route {
    case Self.sending: sendText
    case "GET instance/connectionState": connectionState
    case "GET instance/connect": connect
    case "POST instance/restart": restart
    case "POST instance/setPresence": setPresence
    case "DELETE instance/logout": logout
    case "DELETE instance/delete": delete
    case "POST chat/whatsappNumbers": whatsappNumbers
    case "POST chat/findMessages": findMessages
    case "POST chat/findStatusMessage": findStatusMessage
    case "POST chat/markMessageAsRead": markMessageAsRead
    case "POST chat/archiveChat": archiveChat
    case "POST chat/markChatUnread": markChatUnread
    case "POST chat/fetchProfilePictureUrl": fetchProfilePictureURL
    case "POST chat/sendPresence": sendPresence
    case "POST webhook/set": setWebhook
    case "GET webhook/find": findWebhook
    case "POST settings/set": setSettings
    case "GET settings/find": findSettings
    default: nil
    }
  }

  /// The instance is looked up before the key is checked, so that an unknown one is told from a bad key.
  private func answer(
    _ request: HTTPRequest, _ body: JSONView, on name: String, by action: (InstanceRequest) async -> HTTPResponse
  ) async -> HTTPResponse {
    let fault = standing.fault(of: name)
    guard fault != .noInstance, let instance = instances.find(name) else { return .unknownInstance(name) }
    guard fault != .wrongKey, isAuthorized(request) || isKey(of: instance, request) else { return .unauthorized }
    return await action(InstanceRequest(instance: instance, body: body, query: request.query))
  }

  /// Whether a request carries the key to everything.
  func isAuthorized(_ request: HTTPRequest) -> Bool { standing.host != .wrongKey && hasGlobalKey(request) }

  /// The same, whatever goes wrong.
  func hasGlobalKey(_ request: HTTPRequest) -> Bool { options.apiKey.map { $0 == request.headers["apikey"] } ?? true }

  /// Whether a request carries the key to an instance.
  func isKey(of instance: Instance, _ request: HTTPRequest) -> Bool {
    instance.token.map { $0 == request.headers["apikey"] } ?? false
  }

  /// Rolls the dice.
  func draw<Result>(_ body: (inout SandboxRandom) -> Result) -> Result { random.withLock { body(&$0) } }

  /// Never answers; ends when the client has gone away or the sandbox stops.
  func silence() async -> HTTPResponse {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
    return .drop
  }

  /// Reads a body before anything else is looked at, as the framework below Evolution does.
  func withBody(of request: HTTPRequest, _ answer: (JSONView) async -> HTTPResponse) async -> HTTPResponse {
    do {
      let body = try JSONDocument(parsing: request.body.isEmpty ? Array("{}".utf8) : request.body).root
      guard body.kind == .object || body.kind == .array else { return .unreadable(at: 0) }
      return await answer(body)
    } catch {
      return .unreadable(at: error.offset)
    }
  }

  private func perform(_ answer: ScriptedAnswer, _ request: HTTPRequest, instance name: String) async -> HTTPResponse {
    if answer.isRecorded, let document = try? JSONDocument(parsing: request.body),
      let send = SendTextRequest(document.root), let instance = instances.find(name)
    {
      accept(send, on: instance)
    }
    if answer.delay > .zero { try? await Task.sleep(for: answer.delay) }
    return switch answer.ending {
    case .response(let response): response
    case .silence: await silence()
    }
  }

  private var welcome: HTTPResponse {
    .json(
      200,
      [
        "status": 200, "message": "Welcome to the Evolution API sandbox: nothing is sent to WhatsApp",
        "version": .string(Self.version), "clientName": "sandbox",
      ])
  }
}

/// A request about an instance that there is, by somebody who may.
struct InstanceRequest {
  /// The instance, as it was found.
  let instance: Instance
  /// The body, an object or an array.
  let body: JSONView
  /// The query's names and values.
  let query: [(name: String, value: String)]
}

extension SandboxRequest {
  fileprivate init(_ ordinal: Int, _ request: HTTPRequest, _ segments: [String]) {
    let body = (try? JSONDocument(parsing: request.body))?.root
    self.init(
      ordinal: ordinal, method: request.method, path: request.path, instance: segments.count > 2 ? segments[2] : nil,
      number: body?["number"]?.string, text: body?["text"]?.string, body: request.body)
  }
}
