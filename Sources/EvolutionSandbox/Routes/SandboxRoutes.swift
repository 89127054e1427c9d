internal import HTTPServer
internal import JSON
internal import Synchronization

/// The answers of a sandbox.
final class SandboxRoutes: Sendable {
  /// The version of the API that is imitated.
  static let version = "2.3.7"

  let inbox: Inbox
  let options: SandboxOptions
  let instances: Instances
  private let random: Mutex<SandboxRandom>
  private let requests = Atomic<Int>(0)

  init(options: SandboxOptions) {
    self.options = options
    inbox = Inbox(bound: options.keptMessages)
    instances = Instances(known: options.instances, closed: options.closedInstances)
    random = Mutex(SandboxRandom(seed: options.seed))
  }

  /// The answer to a request.
  func respond(to request: HTTPRequest) async -> HTTPResponse {
    let ordinal = requests.add(1, ordering: .relaxed).newValue
    let segments = request.segments
    if let answer = options.respond?(SandboxRequest(ordinal, request, segments)) {
      return await perform(answer, request, instance: segments.last ?? "")
    }
    switch (request.method, segments.first, segments.dropFirst().first, segments.count) {
    case ("GET", nil, nil, 0):
      return welcome
    case ("GET", "instance", "fetchInstances", 2):
      guard isAuthorized(request) else { return .unauthorized }
      return .json(200, instances.list(only: request.query.first { $0.name == "instanceName" }?.value))
    case ("GET", "instance", "connectionState", 3):
      return refusal(of: request, on: segments[2]) ?? .json(200, instances.connectionState(of: segments[2]))
    case ("POST", "message", "sendText", 3):
      return await withBody(of: request) { await sendText(request, $0, on: segments[2]) }
    case ("POST", "chat", "findMessages", 3):
      return await withBody(of: request) { findMessages(request, $0, on: segments[2]) }
    default:
      return .unknownRoute(request)
    }
  }

  /// The instance is looked up before the key is checked, so that an unknown one is told from a bad key.
  func refusal(of request: HTTPRequest, on instance: String) -> HTTPResponse? {
    guard instances.contains(instance) else { return .unknownInstance(instance) }
    return isAuthorized(request) ? nil : .unauthorized
  }

  /// What befalls the next send.
  func nextFate() -> Fate { random.withLock { Fate.draw(options.faults, using: &$0) } }

  /// The id of the next message: `3EB0` and 18 hexadecimal digits.
  func nextKey() -> String {
    let digits = "0123456789ABCDEF".utf8
    return random.withLock { random in
      "3EB0" + String(decoding: (0..<18).map { _ in digits.randomElement(using: &random) ?? 0x30 }, as: UTF8.self)
    }
  }

  /// Takes a message, as if it had been sent.
  func record(number: String, text: String, on instance: String) -> ReceivedMessage {
    let message = ReceivedMessage(
      id: nextKey(), instance: instance, number: number, remoteJid: Recipient(number: number).jid, text: text,
      receivedAt: UnixTime.now)
    inbox.add(message)
    options.onReceive?(message)
    return message
  }

  /// Never answers; ends when the client has gone away or the sandbox stops.
  func silence() async -> HTTPResponse {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
    return .drop
  }

  private func isAuthorized(_ request: HTTPRequest) -> Bool {
    options.apiKey.map { $0 == request.headers["apikey"] } ?? true
  }

  /// Reads a body before anything else is looked at, as the framework below Evolution does.
  private func withBody(of request: HTTPRequest, _ answer: (JSONView) async -> HTTPResponse) async -> HTTPResponse {
    let document: JSONDocument
    do {
      document = try JSONDocument(parsing: request.body.isEmpty ? Array("{}".utf8) : request.body)
    } catch {
      return .failure(400, "Internal Server Error", .string("Unexpected token in JSON at position \(error.offset)"))
    }
    return await answer(document.root)
  }

  private func perform(_ answer: ScriptedAnswer, _ request: HTTPRequest, instance: String) async -> HTTPResponse {
    if answer.isRecorded, let document = try? JSONDocument(parsing: request.body),
      let send = SendTextRequest(document.root)
    {
      _ = record(number: send.number, text: send.text, on: instance)
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

extension SandboxRequest {
  fileprivate init(_ ordinal: Int, _ request: HTTPRequest, _ segments: [String]) {
    let body = (try? JSONDocument(parsing: request.body))?.root
    self.init(
      ordinal: ordinal, method: request.method, path: request.path, instance: segments.count > 2 ? segments[2] : nil,
      number: body?["number"]?.string, text: body?["text"]?.string, body: request.body)
  }
}
