public import Messaging
public import Time

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
  /// The queue of one instance that it was taken from; nil when it came from its lane itself.
  public var origin: Origin?
  /// What its instance was found to keep to when it went out; nil when nothing was asked.
  public var start: InstanceStart?
  /// What its message is known again by once it was sent; nil when it is not.
  public var mark: String?
  /// How long ago its message began to be sent; nil when it did not.
  public var timeSinceStart: Duration?

  /// A lease as a queue gives it.
  public init(token: Token, lane: Lane, recoveries: Int = 0, payload: [UInt8], origin: Origin? = nil) {
    self.token = token
    self.lane = lane
    self.recoveries = recoveries
    self.payload = payload
    self.origin = origin
  }
}

extension Lease {
  /// Where a message waited that was sorted out of its lane. A class, so that a lease is small: most have none.
  public final class Origin: Sendable {
    /// What waits together: an instance's name, or what stands for one, with a line feed in it.
    public let group: String
    /// Whether the instance has limits or is on trial: its next message is not given out before this one has begun.
    public let isGuarded: Bool
    /// Since when the message waited there.
    public let since: Timestamp
    /// How long it waited there.
    public let waited: Duration?

    /// A place to have waited at.
    public init(group: String, isGuarded: Bool, since: Timestamp, waited: Duration? = nil) {
      self.group = group
      self.isGuarded = isGuarded
      self.since = since
      self.waited = waited
    }

    /// Why it waited, as far as is known when it goes; nil when only for its turn.
    public var reason: WaitReason? {
      let parts = group.split(separator: "\n", omittingEmptySubsequences: false)
      if parts.count > 1, let reason = WaitReason(rawValue: String(parts[1])) { return reason }
      return isGuarded ? .pace : nil
    }

    /// The name of the instance that it waited for; empty when that was not known.
    public var instance: Substring { group.prefix { $0 != "\n" } }
  }
}
