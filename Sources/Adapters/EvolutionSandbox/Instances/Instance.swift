/// A WhatsApp instance, and where it stands.
struct Instance: Sendable {
  /// How an instance stands with WhatsApp, in Evolution's words.
  enum State: String {
    case open, connecting, close
  }

  /// WhatsApp's reason when a phone has ended the link.
  static let loggedOut = 401
  private static let ownJid = "5511999999999@s.whatsapp.net"

  /// Its id, a UUID.
  let id: String
  /// Its name.
  let name: String
  /// The key that opens its own routes; nil when it has none.
  var token: String?
  /// The number that it was made for; nil when none was named.
  var number: String?
  /// Its settings.
  var settings = InstanceSettings()
  /// Where its events are told; nil when nobody has said.
  var webhook: Webhook?
  /// When it was made, in seconds since 1970.
  let createdAt: Double
  /// Whether it is there only because every name is an instance.
  var isImplied = false
  private(set) var state: State
  /// The account that it is linked to, or was last; nil when it never was.
  private(set) var wuid: String?
  /// The code that is shown while it is connecting.
  private(set) var pairing: PairingCode?
  /// Why it is not connected any more, and since when, in seconds since 1970.
  private(set) var disconnection: (reason: Int, time: Double)?
  private var attempts = 0

  init(id: String, name: String, state: State, createdAt: Double) {
    self.id = id
    self.name = name
    self.state = state
    self.createdAt = createdAt
    if state == .open { wuid = Self.ownJid } else { disconnection = (Self.loggedOut, createdAt) }
  }

  /// One that has not been connected yet.
  init(created request: CreateInstanceRequest, id: String, token: String, at time: Double) {
    self.id = id
    name = request.name
    self.token = token
    number = request.number
    settings = request.settings
    createdAt = time
    state = .close
  }

  /// Begins to connect, with a code to be read.
  ///
  /// - Returns: which attempt it is, to be handed to ``open(attempt:)``.
  mutating func connect(showing code: PairingCode?) -> Int {
    attempts += 1
    state = .connecting
    pairing = code
    return attempts
  }

  /// Is connected, unless something has come between.
  ///
  /// - Returns: false when the attempt is not the latest, or it is over.
  mutating func open(attempt: Int) -> Bool {
    guard state == .connecting, attempt == attempts else { return false }
    state = .open
    wuid = number.map { Recipient(number: $0).jid } ?? Self.ownJid
    pairing = nil
    disconnection = nil
    return true
  }

  /// Is logged out.
  ///
  /// - Returns: false when it was not connected.
  mutating func close(at time: Double) -> Bool {
    guard state != .close else { return false }
    state = .close
    pairing = nil
    disconnection = (Self.loggedOut, time)
    return true
  }
}
