internal import HTTPServer
internal import JSON

extension SandboxRoutes {
  /// `POST /message/sendText/{instance}`, its checks in Evolution's order.
  func sendText(_ request: HTTPRequest, _ body: JSONView, on instance: String) async -> HTTPResponse {
    if let refusal = refusal(of: request, on: instance) { return refusal }
    let faults = SendTextRequest.faults(of: body)
    guard faults.isEmpty, let send = SendTextRequest(body) else {
      return .badRequest([.array(faults.map { .string($0) })])
    }
    guard !send.isBlank else { return .badRequest(["Text is required"]) }
    guard !instances.isClosed(instance) else { return .serverError(Fate.Transient.closed.rawValue) }
    let fate = nextFate()
    switch fate {
    case .limited: return await later(.rateLimited)
    case .failed(let failure): return await later(.serverError(failure.rawValue))
    case .sent, .hung: break
    }
    let recipient = Recipient(number: send.number)
    guard recipient.exists else {
      return await later(
        .badRequest([["jid": .string(recipient.jid), "exists": false, "number": .string(send.number)]]))
    }
    // A client that gives up while "typing" stops nothing: the message goes out.
    if send.delay > .zero { try? await Task.sleep(for: send.delay) }
    let message = record(number: send.number, text: send.text, on: instance)
    guard fate == .sent else { return await silence() }
    return await later(.json(201, message.confirmation))
  }

  /// `POST /chat/findMessages/{instance}` over what was taken.
  func findMessages(_ request: HTTPRequest, _ body: JSONView, on instance: String) -> HTTPResponse {
    if let refusal = refusal(of: request, on: instance) { return refusal }
    // The real one ignores a time with one bound and answers with everything; here the mistake shows.
    guard let query = MessagesQuery(body) else {
      return .badRequest([["where.messageTimestamp requires gte and lte, both in ISO 8601"]])
    }
    return .json(200, query.answer(from: inbox.messages, of: instance))
  }

  private func later(_ response: HTTPResponse) async -> HTTPResponse {
    if options.latency > .zero { try? await Task.sleep(for: options.latency) }
    return response
  }
}
