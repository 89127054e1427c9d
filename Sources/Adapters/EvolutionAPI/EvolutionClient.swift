package import Delivery
internal import HTTPClient
internal import JSON
internal import Messaging
package import Platform

/// Sends texts through an Evolution API (v2), over connections that are kept alive.
package final class EvolutionClient: MessageSender {
  let servers: EvolutionServers
  let transfers: TransferLoop
  let lastReceipts = LastReceipts()

  /// A client at work.
  ///
  /// - Parameters:
  ///   - address: where it answers; one client serves all shards.
  ///   - apiKey: goes into the header `apikey`; nil sends none.
  ///   - connectTimeout: how long a connection may take, name look-up and TLS included.
  ///   - sendTimeout: how long a request may take in all.
  ///   - maximumIdle: how long an idle connection is kept to be used again.
  ///   - caFile: a PEM file of certificate authorities to trust instead of the system's.
  ///   - userAgent: names this program in the other side's logs; all but printable ASCII is left out.
  ///   - loop: what drives its connections; without one, a thread of their own.
  /// - Throws: ``EvolutionSetupError`` that names the setting at fault.
  package convenience init(
    address: EvolutionAddress, apiKey: String?, connectTimeout: Duration = .seconds(5),
    sendTimeout: Duration = .seconds(30), maximumIdle: Duration = .seconds(3), caFile: String? = nil,
    userAgent: String = "ifinu", on loop: EventLoop? = nil
  ) throws(EvolutionSetupError) {
    try Self.check(apiKey: apiKey, caFile: caFile)
    guard connectTimeout > .zero, sendTimeout > .zero, maximumIdle >= .zero else {
      throw EvolutionSetupError(setting: .limits, reason: "time-outs must be more than zero")
    }
    var settings = TransferSettings(headers: Self.headers(apiKey: apiKey, userAgent: userAgent))
    settings.connectTimeout = connectTimeout
    settings.timeout = sendTimeout
    settings.caFile = caFile
    settings.maximumIdle = maximumIdle
    settings.undoesCodings = true
    try self.init(address: address, settings: settings, on: loop)
  }

  init(address: EvolutionAddress, settings: TransferSettings, on loop: EventLoop? = nil) throws(EvolutionSetupError) {
    servers = EvolutionServers(address)
    do {
      transfers = try TransferLoop(settings, on: loop)
    } catch {
      throw EvolutionSetupError(setting: .system, reason: error.description)
    }
  }

  /// Looks whether a client could be made with these.
  ///
  /// - Throws: ``EvolutionSetupError`` that names the setting at fault.
  package static func check(apiKey: String?, caFile: String?) throws(EvolutionSetupError) {
    guard apiKey.map(isHeaderValue) ?? true else {
      throw EvolutionSetupError(setting: .apiKey, reason: "it must be 1 to 1024 printable ASCII characters, no spaces")
    }
    guard let caFile else { return }
    let text: [UInt8]
    do throws(SmallFile.Failure) {
      text = try SmallFile.contents(of: caFile, limit: 16 << 20, mustBeRegular: true)
    } catch {
      throw EvolutionSetupError(setting: .caFile, reason: "it can't be read: \(error)")
    }
    guard isPEM(text) else {
      throw EvolutionSetupError(setting: .caFile, reason: "there is no certificate in it; name a PEM file")
    }
  }

  /// Sends a message and waits for the answer. Cancelling the task ends the attempt: what was on the wire then ends
  /// as uncertain.
  ///
  /// - Throws: `SendFailure`, whose class is decided by the answer's status and text, and by how far the request had
  ///   got.
  package func send(_ message: OutgoingMessage) async throws(SendFailure) -> SendReceipt {
    guard let url = servers.url(of: message.shard) else {
      throw SendFailure(.instanceUnavailable, detail: "not sent: the instance's shard makes no address")
    }
    let request = TransferRequest(url: url.sendText(message.instance), body: Self.body(message))
    switch await transfers.perform(request) {
    case .answer(let answer):
      let receipt = try AnswerClassifier.receipt(answer)
      if let id = receipt.providerID { lastReceipts.note(id, of: message.instance) }
      return receipt
    case .failed(let failure): throw SendFailure(failure)
    }
  }

  /// Ends what is in flight and closes all connections; to be called when no more is to be sent.
  package func shutDown() async { await transfers.shutDown() }

  private static func headers(apiKey: String?, userAgent: String) -> [String] {
    let name = String(decoding: userAgent.utf8.filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
    // An `Expect: 100-continue` would cost a round-trip with every long text, and `Accept: */*` says nothing.
    // Answers are too short to be worth compressing.
    let headers = ["Content-Type: application/json", "User-Agent: \(name)", "Expect:", "Accept:", "Accept-Encoding:"]
    return apiKey.map { headers + ["apikey: \($0)"] } ?? headers
  }

  private static func body(_ message: OutgoingMessage) -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(message.text.utf8.count + 96)
    body.append(contentsOf: #"{"number":""#.utf8)
    body.append(contentsOf: message.number.digits.utf8)
    body.append(contentsOf: #"","text":"#.utf8)
    JSONValue.write(message.text, to: &body)
    // A preview makes the server fetch the text's links before it sends: slow, and a leak.
    body.append(contentsOf: #","linkPreview":false}"#.utf8)
    return body
  }

  /// Whether a certificate begins in a text, with its label as OpenSSL writes it (RFC 7468, section 5).
  private static func isPEM(_ text: [UInt8]) -> Bool {
    text.split(separator: UInt8(ascii: "\n")).contains { line in
      line.starts(with: "-----BEGIN ".utf8) && String(decoding: line, as: UTF8.self).contains("CERTIFICATE-----")
    }
  }

  private static func isHeaderValue(_ text: String) -> Bool {
    (1...1024).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
