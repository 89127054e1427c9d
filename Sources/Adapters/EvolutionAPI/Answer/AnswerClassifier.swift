internal import Delivery
internal import HTTPClient
internal import JSON

/// What an Evolution API's answer to a send means: decided from status and text, for the status alone misleads.
enum AnswerClassifier {
  /// The receipt that an answer amounts to.
  ///
  /// - Throws: `SendFailure` of the class that the answer stands for. Its detail names the status and known phrases,
  ///   never the answer's own words: they may echo number, text or key.
  static func receipt(_ answer: TransferAnswer) throws(SendFailure) -> SendReceipt {
    if (200..<300).contains(answer.status) { return try accepted(answer) }
    let text = AnswerText(answer.body)
    // The insert that failed comes after the send: whatever the status, WhatsApp has the message.
    if answer.status >= 400, text.isEvolutions,
      text.says("prisma.message.create") || text.says("prismarepository.message.create")
    {
      return SendReceipt(providerID: nil)
    }
    throw refused(answer, text)
  }

  private static func accepted(_ answer: TransferAnswer) throws(SendFailure) -> SendReceipt {
    // What Evolution takes it answers with 201 and in JSON, and a page with another status is somebody else's.
    guard answer.status == 201 || !isPage(answer.body) else {
      throw SendFailure(
        .serverError, detail: "HTTP \(answer.status): a page that is not Evolution's", retryAfter: delay(of: answer),
        scope: .host)
    }
    guard !answer.isTruncated else { throw unproven(answer, "its body is too long") }
    guard !answer.body.isEmpty else {
      // With media in a store of its own, Evolution's receipt may be empty; any other status is somebody else's.
      guard answer.status == 201 else { throw unproven(answer, "its body is empty", scope: .host) }
      return SendReceipt(providerID: nil)
    }
    guard let root = LenientJSON.root(of: answer.body), root.kind == .object else {
      // Evolution answers in JSON always: this is somebody else, to whom the next message would go as well.
      throw unproven(answer, "its body is no JSON object", scope: .host)
    }
    if let id = root["key"]?["id"]?.string, !id.isEmpty { return SendReceipt(providerID: id) }
    guard let error = MetaError(root) else {
      let isEvolutions = root["key"] != nil || root["error"] != nil
      throw unproven(answer, "it names no message id", scope: isEvolutions ? nil : .host)
    }
    throw SendFailure(
      error.kind, detail: "HTTP \(answer.status): Meta's error \(error.code)", retryAfter: delay(of: answer))
  }

  /// Whether a body does not even begin as an object of JSON or a list does.
  private static func isPage(_ body: [UInt8]) -> Bool {
    let blanksAndBOM: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
    return body.first { !blanksAndBOM.contains($0) }.map { !"{[".utf8.contains($0) } ?? false
  }

  private static func unproven(_ answer: TransferAnswer, _ reason: String, scope: FaultScope? = nil) -> SendFailure {
    SendFailure(.uncertain, detail: "HTTP \(answer.status), but \(reason)", scope: scope)
  }

  private static func refused(_ answer: TransferAnswer, _ text: AnswerText) -> SendFailure {
    func failure(_ kind: SendFailure.Kind, _ words: String, scope: FaultScope? = nil) -> SendFailure {
      SendFailure(kind, detail: "HTTP \(answer.status): \(words)", retryAfter: delay(of: answer), scope: scope)
    }
    if text.says("rate-overlimit") { return failure(.rateLimited, "rate-overlimit") }
    // What is not in Evolution's words comes from a proxy, a firewall or a wrong address: no fault of the message's.
    let isFromElsewhere = !text.isEvolutions
    let elsewhere: FaultScope? = isFromElsewhere ? .host : nil
    if [400, 413, 422, 500].contains(answer.status) {
      if text.deniesNumber { return failure(.unknownNumber, "the number is not on WhatsApp") }
      if let phrase = InstancePhrase.first(in: text) { return failure(phrase.kind, phrase.words) }
    }
    if isFromElsewhere, [400, 401, 403, 422].contains(answer.status) {
      return failure(.serverError, "a page that is not Evolution's, of a proxy or firewall", scope: .host)
    }
    switch answer.status {
    case 413: return failure(.invalidRequest, "too large for the server, or for a proxy before it")
    case 500: return failure(.serverError, "unrecognised answer", scope: elsewhere)
    case 400, 422:
      // Its database may have failed before the send or after it.
      if text.says("prismaclient") || text.says("prismarepository") {
        return failure(.uncertain, "the server's database failed, perhaps after the send")
      }
      // Each request has number and text: a server that misses something else is of another version.
      if text.says("requires property") { return failure(.serverError, "not version 2's schema", scope: .host) }
      // "[object Object]" is how an unknown group comes out.
      return failure(
        .invalidRequest, text.says("[object object]") ? "[object Object]" : "the request was found invalid")
    // The key that one instance was made with may be good for all others.
    case 401: return failure(.credential, "the API key was not accepted")
    case 403:
      return text.says("restricted") || text.says("banned")
        ? failure(.restricted, "restricted") : failure(.credential, "forbidden")
    case 404 where !isFromElsewhere && text.says("instance does not exist"):
      return failure(.unknownInstance, "the instance does not exist")
    case 300..<400, 404, 405:
      return failure(.serverError, "a wrong path in the URL, or a proxy that answers itself", scope: .host)
    // A proxy says 408 of a request that it did not get whole, but this one was, and what stands behind may have it:
    // WhatsApp's own time-outs bear this number too.
    case 408: return failure(.uncertain, "time ran out at the server", scope: elsewhere)
    case 429: return failure(.rateLimited, "too many requests", scope: elsewhere)
    case 503 where text.says("license_required"): return failure(.unlicensed, "LICENSE_REQUIRED")
    case 503 where ProxyPhrase.mayFollowASend(text):
      return failure(.uncertain, "a proxy lost the server after the request", scope: .host)
    case 503: return failure(.serverError, "unavailable", scope: .host)
    // 520, 522 and 524 are a CDN's words for a 502 and a 504.
    case 502, 504, 520, 522, 524:
      return failure(.uncertain, "a gateway got no answer from the server", scope: .host)
    // It found no server, or none that it trusts; 530 is its page for its own errors.
    case 521, 523, 525, 526, 530: return failure(.serverError, "a gateway did not reach the server", scope: .host)
    default: return failure(.serverError, "unrecognised answer", scope: elsewhere)
    }
  }

  /// How long the other side asks to be left alone, a day at most: a wrong clock or a typo must not park a message for
  /// ever.
  private static func delay(of answer: TransferAnswer) -> Duration? {
    answer.retryAfter.map { min($0, .seconds(86_400)) }
  }
}

/// What Evolution says when the instance itself, not the request, is what failed: nothing was sent.
private enum InstancePhrase: String, CaseIterable {
  case connectionClosed = "Connection Closed"
  case timedOut = "Timed Out"
  case textMessage = "Cannot read properties of undefined (reading 'textMessage')"
  case onWhatsApp = "Cannot read properties of undefined (reading 'onWhatsApp')"
  case find = "Cannot read properties of undefined (reading 'find')"

  static func first(in text: AnswerText) -> InstancePhrase? {
    allCases.first { text.says($0.rawValue.lowercased()) }
  }

  var words: String { rawValue }
  var kind: SendFailure.Kind { self == .timedOut ? .timedOut : .instanceUnavailable }
}

/// How proxies that answer 503 say that they had passed the request on: Varnish and Fastly, Envoy, Heroku's router.
private enum ProxyPhrase {
  private static let afterASend = [
    "backend fetch failed", "guru meditation", "first byte timeout", "between bytes timeout", "backend read error",
    "connection termination", "remote reset", "application error",
  ]

  static func mayFollowASend(_ text: AnswerText) -> Bool {
    text.document == nil && afterASend.contains(where: text.says)
  }
}

extension SendFailure {
  /// The class of a request that got no whole answer, by how far it had got: what the server may have acted on is
  /// uncertain, all else was not sent.
  init(_ failure: TransferFailure) {
    let isCancelled = failure.reason == .cancelled
    guard failure.progress != .wholeWritten else {
      // The host took the request and kept the connection: it is single instances that hang, and not their neighbours.
      let scope: FaultScope = isCancelled ? .message : failure.reason == .timedOut ? .instance : .host
      self.init(.uncertain, detail: "no answer after the request was written: \(failure.message)", scope: scope)
      return
    }
    self.init(
      failure.reason == .timedOut ? .timedOut : .connectionFailed, detail: "not sent: \(failure.message)",
      scope: isCancelled ? .message : .host)
  }
}
