public import Messaging

/// A message that a worker holds for a time: nobody else is given it until the lease expires.
public struct Lease: Sendable {
  /// What proves the holder's right to settle the message: a new one at every reservation, so that a worker whose
  /// lease has been recovered can't settle what another one holds now.
  public struct Token: Hashable, Sendable {
    /// The token as it stands in the queue.
    public let value: String

    /// A token by its text.
    public init(_ value: String) { self.value = value }
  }

  /// The right to settle the message.
  public let token: Token
  /// Where the message was taken from, and goes back to.
  public let lane: Lane
  /// How often the message was recovered from a worker that vanished with it.
  public let recoveries: Int
  /// The message as its producer, or the last retry, wrote it.
  public let payload: [UInt8]

  /// A lease as a queue gives it.
  public init(token: Token, lane: Lane, recoveries: Int = 0, payload: [UInt8]) {
    self.token = token
    self.lane = lane
    self.recoveries = recoveries
    self.payload = payload
  }
}
