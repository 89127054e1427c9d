public import Messaging
public import Time

/// Decides, when a message is about to go out, whether its recipient still wants it, and whether it went out before.
public protocol SendGate: Sendable {
  /// Whether messages may go out; those that may count as under way until their leases end.
  ///
  /// - Returns: an answer for each question, in their order.
  func decide(_ questions: [GateQuestion]) async throws(QueueError) -> [GateDecision]

  /// Keeps later messages to the same recipient back until ``release(_:)``, or so long after a time that nothing can be
  /// expected any more.
  func holdBack(behind question: GateQuestion, until due: Timestamp) async throws(QueueError)

  /// Lets later messages to the same recipient go.
  func release(_ question: GateQuestion) async throws(QueueError)
}

/// What a gate is asked.
public struct GateQuestion: Sendable, Equatable {
  /// The message's lease.
  public let token: Lease.Token
  /// The producer's name for the message.
  public let id: String
  /// Where it goes out.
  public let instance: InstanceName
  /// To whom.
  public let number: PhoneNumber
  /// Whose message it is, where it belongs to a tenant.
  public let tenant: TenantID?
  /// Whether it was tried before: later ones may wait behind it, so that it must not wait behind itself.
  public let isRetry: Bool

  /// A question about a message.
  public init(
    token: Lease.Token, id: String, instance: InstanceName, number: PhoneNumber, tenant: TenantID?, isRetry: Bool
  ) {
    self.token = token
    self.id = id
    self.instance = instance
    self.number = number
    self.tenant = tenant
    self.isRetry = isRetry
  }
}

/// What a gate answers.
public enum GateDecision: Sendable, Equatable {
  /// It may go out. What is kept of it once it was sent, so that it is known again; nil when nothing is.
  case go(mark: String?)
  /// It was sent before.
  case duplicate
  /// Another message of the same id, instance and recipient is under way.
  case underWay
  /// The recipient wants none.
  case optedOut
  /// An earlier message to the same recipient is to be tried again; it may be asked anew after a while.
  case behind(Duration)
}
