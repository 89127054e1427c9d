internal import HTTPServer
internal import JSON

extension SandboxRoutes {
  /// `POST /message/sendText/{instance}`, its checks in Evolution's order.
  func sendText(_ request: InstanceRequest) async -> HTTPResponse {
    let faults = SendTextRequest.faults(of: request.body)
    guard faults.isEmpty, let send = SendTextRequest(request.body) else { return .invalid(faults) }
    guard !send.isBlank else { return .badRequest(["Text is required"]) }
    switch request.instance.state {
    case .close: return .fault(.closed)
    case .connecting: return .fault(.notLoaded)
    case .open: break
    }
    let fault = standing.fault(of: request.instance.name) ?? draw { options.faults.draw(using: &$0) }
    if let fault, !fault.isSent { return fault.isSilent ? await silence() : await later(.fault(fault)) }
    let recipient = Recipient(number: send.number)
    guard recipient.exists else { return await later(.badRequest([recipient.json(asked: send.number)])) }
    // A client that gives up while "typing" stops nothing: the message goes out.
    if send.delay > .zero { try? await Task.sleep(for: send.delay) }
    let message = accept(send, on: request.instance, reaching: fault?.acknowledgement)
    switch fault {
    case nil, .refused, .unheard: return await later(.json(201, message.confirmation))
    case .hang: return await silence()
    case let fault?: return await later(.fault(fault))
    }
  }

  /// Takes a message, as if it had been sent; it gets as far as all do, or as it is said.
  @discardableResult
  func accept(
    _ send: SendTextRequest, on instance: Instance, reaching acknowledgement: Acknowledgement? = nil
  ) -> ReceivedMessage {
    let message = ReceivedMessage(
      id: draw { "3EB0" + $0.text(18, of: "0123456789ABCDEF") }, instance: instance.name, instanceID: instance.id,
      number: send.number, remoteJid: Recipient(number: send.number, ninthDigit: options.ninthDigit).jid,
      text: send.text, receivedAt: UnixTime.now,
      acknowledgement: acknowledgement ?? options.acknowledgement)
    inbox.add(message)
    options.onReceive?(message)
    if webhooks.hasListener(to: instance) { tell(of: message, on: instance) }
    return message
  }

  /// What has been told of a message by then.
  func statuses(at time: Double) -> (ReceivedMessage) -> [Acknowledgement] {
    let pace = options.acknowledgementPace
    return { message in
      message.acknowledgement.course(pace: pace).filter { message.receivedAt + $0.after / .seconds(1) <= time }
        .map(\.status)
    }
  }

  private func tell(of message: ReceivedMessage, on instance: Instance) {
    webhooks.tell(WebhookEvent(kind: .sendMessage, data: message.confirmation), of: instance)
    for step in message.acknowledgement.course(pace: options.acknowledgementPace) {
      webhooks.tell(
        WebhookEvent(kind: .messagesUpdate, data: message.update(step.status)), of: instance, after: step.after)
    }
  }

  private func later(_ response: HTTPResponse) async -> HTTPResponse {
    if options.latency > .zero { try? await Task.sleep(for: options.latency) }
    return response
  }
}
