public import Messaging

/// A message ready for the wire.
public struct OutgoingMessage: Sendable {
  /// The message's own id; it is not sent, it names the message in logs.
  public let id: String
  /// The WhatsApp instance to send on.
  public let instance: InstanceName
  /// The shard on which the instance lives; nil where there is one server for all.
  public let shard: Shard?
  /// The recipient.
  public let number: PhoneNumber
  /// What to say.
  public let text: String

  /// A message with its destination.
  public init(id: String, instance: InstanceName, shard: Shard? = nil, number: PhoneNumber, text: String) {
    self.id = id
    self.instance = instance
    self.shard = shard
    self.number = number
    self.text = text
  }
}

/// Sends one message.
public protocol MessageSender: Sendable {
  /// Sends a message and waits for the answer. Cancelling the task ends the attempt: what was on the wire then ends
  /// as uncertain.
  ///
  /// - Throws: ``SendFailure`` when it was not accepted, or nobody knows.
  func send(_ message: OutgoingMessage) async throws(SendFailure) -> SendReceipt
}

/// The proof that a message was accepted.
public struct SendReceipt: Sendable, Equatable {
  /// WhatsApp's id of the message; nil when the answer did not name one.
  public let providerID: String?

  /// A receipt with WhatsApp's id.
  public init(providerID: String?) { self.providerID = providerID }
}
