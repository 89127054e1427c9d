/// What may befall a send instead of a good answer, each as Evolution, a proxy before it or Meta would put it.
package enum Fault: String, Sendable, CaseIterable {
  /// 500 `Connection Closed`: not sent.
  case closed
  /// 500 `Timed Out`: not sent.
  case timedOut = "timed-out"
  /// 500 `Cannot read properties of undefined`: the instance is not loaded; not sent.
  case notLoaded = "not-loaded"
  /// 400 `Error: Connection Closed`: it failed within the send.
  case closedSending = "closed-sending"
  /// 400 `Error: Timed Out`: it failed within the send.
  case timedOutSending = "timed-out-sending"
  /// 429 with `Retry-After: 1`: not sent.
  case tooMany = "too-many"
  /// 500 `rate-overlimit`, WhatsApp's own words: not sent.
  case overLimit = "over-limit"
  /// 400 `[object Object]`: the group is not known.
  case noGroup = "no-group"
  /// 400 that names `prisma.message.create`: sent, and not written to the database.
  case notStored = "not-stored"
  /// 201 without a body: sent.
  case empty
  /// 201, and then WhatsApp refuses the message: its next status is `ERROR`.
  case refused
  /// 201, and nothing more is heard of the message.
  case unheard
  /// 201 with an error of Meta's: not sent.
  case meta
  /// 401 in Evolution's words: the key is not accepted.
  case wrongKey = "wrong-key"
  /// 404 in Evolution's words: the instance does not exist.
  case noInstance = "no-instance"
  /// 403 in Evolution's words: WhatsApp has restricted the account.
  case restricted
  /// 403 with a page in HTML: a firewall is in the way.
  case forbidden
  /// 400 with a page in HTML: a proxy does not understand.
  case badRequest = "bad-request"
  /// 404 with a page in HTML: the base URL leads to something else.
  case wrongPath = "wrong-path"
  /// 200 with a page in HTML: maintenance, or a login.
  case page
  /// 503 with a page in HTML: the proxy has nobody to pass it on to.
  case unavailable
  /// 503 `LICENSE_REQUIRED`: a version from 2.4 on without a licence.
  case unlicensed
  /// 504 with a proxy's page: sent all the same.
  case gateway
  /// The connection is closed without an answer: sent all the same.
  case drop
  /// The connection is closed without an answer: not sent.
  case dropBefore = "drop-before"
  /// Never answered: sent all the same, as the real one goes on when its client has given up.
  case hang
  /// Never answered: not sent.
  case hangBefore = "hang-before"

  /// Failures before anything was sent that are worth another try: what a share of failures without a name is made of.
  static let transient: [Fault] = [.closed, .timedOut, .notLoaded]

  /// Whether the message is sent in spite of it.
  package var isSent: Bool {
    switch self {
    case .notStored, .empty, .refused, .unheard, .gateway, .drop, .hang: true
    default: false
    }
  }

  /// Whether Evolution itself would say so, and not a proxy or the network before it.
  var isEvolutions: Bool {
    switch self {
    case .forbidden, .badRequest, .wrongPath, .page, .unavailable, .unlicensed, .gateway, .drop, .dropBefore, .hang,
      .hangBefore:
      false
    default: true
    }
  }

  /// Whether there is no answer to it, ever.
  var isSilent: Bool { self == .hang || self == .hangBefore }

  /// How far the message gets; nil when that is as without the fault.
  var acknowledgement: Acknowledgement? {
    switch self {
    case .refused: .error
    case .unheard: .pending
    default: nil
    }
  }
}

/// Shares of sends that go wrong, from 0 to 1; together they should not be above 1.
package struct FaultRates: Sendable {
  /// Answered with 429, `Retry-After: 1`; not sent.
  package var limit: Double
  /// Answered with one of the 500s that are worth another try; not sent.
  package var fail: Double
  /// Sent, and never answered: as the real one, which goes on when its client has given up.
  package var hang: Double
  /// Others, each by its name.
  package var others: [Fault: Double]

  /// Shares of sends that go wrong.
  package init(limit: Double = 0, fail: Double = 0, hang: Double = 0, others: [Fault: Double] = [:]) {
    self.limit = limit
    self.fail = fail
    self.hang = hang
    self.others = others
  }

  /// All shares together.
  package var total: Double { limit + fail + hang + others.values.reduce(0, +) }

  /// Draws what befalls one send, nil when all goes well; one draw decides, so that the shares are exact.
  func draw(using random: inout SandboxRandom) -> Fault? {
    var draw = Double.random(in: 0..<1, using: &random)
    func falls(into share: Double) -> Bool {
      draw -= share
      return draw < 0
    }
    if falls(into: limit) { return .tooMany }
    if falls(into: fail) { return Fault.transient.randomElement(using: &random) }
    if falls(into: hang) { return .hang }
    return Fault.allCases.first { falls(into: others[$0] ?? 0) }
  }
}
