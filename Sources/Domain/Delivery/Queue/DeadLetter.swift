public import Messaging
public import Time

/// Why a message is given up, as it is written beside its payload.
public struct DeadLetterCause: Sendable, Equatable {
  /// The reason, one of a closed list.
  public let reason: DeathReason
  /// What happened last, without anybody's number, text or key.
  public let error: String
  /// The field of the payload that is wrong, where that is the reason.
  public let field: String?
  /// The message's own id, where it could be read.
  public let messageID: String?
  /// The instance that it was to go out on, where it had been found.
  public let instance: String?
  /// How many attempts at sending it were made.
  public let attempts: Int

  /// A cause with what is known of the message.
  public init(
    reason: DeathReason, error: String, field: String? = nil, messageID: String? = nil, instance: String? = nil,
    attempts: Int = 0
  ) {
    self.reason = reason
    self.error = error
    self.field = field
    self.messageID = messageID
    self.instance = instance
    self.attempts = attempts
  }
}

/// The reasons for which a message is given up; their names are those of the label `motivo`.
public enum DeathReason: Hashable, Sendable {
  /// Evolution refused it for good.
  case refused(SendFailure.Kind)
  /// Every attempt failed.
  case attemptsExhausted
  /// It is none of the documents that are understood.
  case invalidPayload
  /// The answer to an attempt never came, so that it may or may not have been sent.
  case uncertain
  /// It was recovered from vanished workers again and again, so that it may be what kills them.
  case poison
  /// It was pushed back too many times.
  case deferralsExhausted
  /// It waited too long for an instance that was stopped.
  case instanceStopped
  /// Its recipient does not want to be written to.
  case optedOut

  /// Every reason there is.
  public static let allCases: [DeathReason] =
    SendFailure.Kind.allCases.filter(\.isPermanent).map(DeathReason.refused)
    + [.attemptsExhausted, .invalidPayload, .uncertain, .poison, .deferralsExhausted, .instanceStopped, .optedOut]

  /// The name in the label `motivo` and in the dead letters.
  public var name: String {
    switch self {
    case .refused(let kind): kind.rawValue
    case .attemptsExhausted: "tentativas_esgotadas"
    case .invalidPayload: "payload_invalido"
    case .uncertain: "incerto"
    case .poison: "veneno"
    case .deferralsExhausted: "adiamentos_esgotados"
    case .instanceStopped: "instancia_parada"
    case .optedOut: "descadastrado"
    }
  }
}

/// A message that was given up, with all that is known of why.
public struct DeadLetter: Sendable {
  /// Its name among the dead letters.
  public let id: String
  /// The lane that it came from.
  public let lane: Lane
  /// The reason's name; a plain text, since an older or newer version may have written it.
  public let reason: String
  /// What happened last.
  public let error: String
  /// The field of the payload that is wrong, where that is the reason.
  public let field: String?
  /// The message's own id, where it could be read.
  public let messageID: String?
  /// The instance that it was to go out on, where that is known.
  public let instance: String?
  /// How many attempts at sending it were made.
  public let attempts: Int
  /// When it was given up.
  public let diedAt: Timestamp
  /// The message as it came.
  public let payload: [UInt8]

  /// A dead letter as a queue gives it.
  public init(
    id: String, lane: Lane, reason: String, error: String, field: String?, messageID: String?, instance: String?,
    attempts: Int, diedAt: Timestamp, payload: [UInt8]
  ) {
    self.id = id
    self.lane = lane
    self.reason = reason
    self.error = error
    self.field = field
    self.messageID = messageID
    self.instance = instance
    self.attempts = attempts
    self.diedAt = diedAt
    self.payload = payload
  }
}
