public import Messaging

/// What becomes of a leased message.
public enum Settlement: Sendable {
  /// It was sent: it leaves the queue.
  case acknowledge
  /// It goes to the schedule with this payload, and back to its lane once the delay has passed.
  case retry(payload: [UInt8], after: Duration)
  /// It goes to the dead letters, the payload as it came.
  indirect case bury(DeadLetterCause)
  /// It leaves the queue without having been sent: it had been sent before.
  case discard
  /// It goes back to the front of its lane, untouched: it was never tried.
  case release
  /// It goes back to the front of its instance's queue, and the instance is stopped for a while.
  indirect case park(InstanceStop)
  /// It goes behind what waits in a queue of its instance, untouched.
  indirect case file(Filing)
}

/// Why and for how long an instance is stopped.
public struct InstanceStop: Sendable, Equatable {
  /// The instance.
  public let instance: InstanceName
  /// The class of failure that stopped it.
  public let reason: SendFailure.Kind
  /// The waits before each trial, one after the other; the last one is repeated.
  public let waits: [Duration]
  /// Whether the wait grows with each trial that fails.
  public let grows: Bool

  /// A stop.
  public init(of instance: InstanceName, because reason: SendFailure.Kind, waits: [Duration], grows: Bool = true) {
    self.instance = instance
    self.reason = reason
    self.waits = waits.isEmpty ? [.seconds(1)] : waits
    self.grows = grows
  }
}

/// Where a message is to wait that was found to belong elsewhere.
public struct Filing: Sendable, Equatable {
  /// The instance.
  public let instance: InstanceName
  /// Why it waits apart from the instance's other messages, and until when: nil to wait among them.
  public let apart: Apart?

  /// What sets messages apart.
  public struct Apart: Sendable, Equatable {
    /// Why they wait.
    public let reason: WaitReason
    /// Which of them wait together: a time zone, say.
    public let name: String
    /// How long.
    public let delay: Duration

    /// Messages that wait for a time of their own.
    public init(_ reason: WaitReason, _ name: String, for delay: Duration) {
      self.reason = reason
      self.name = name
      self.delay = delay
    }
  }

  /// A place to wait at.
  public init(under instance: InstanceName, apart: Apart? = nil) {
    self.instance = instance
    self.apart = apart
  }

  /// The name of what waits together there.
  public var group: String {
    apart.map { "\(instance.value)\n\($0.reason.rawValue)\n\($0.name)" } ?? instance.value
  }
}

/// What the queue made of a settlement.
public struct SettlementOutcome: Sendable, Equatable {
  /// Whether the lease was still there. When not, nothing was changed: the message was settled before, or
  /// recovered and is somebody else's now.
  public let wasHeld: Bool
  /// How long until more messages of the same instance may go that could not before; nil when that is not known.
  public let goesOnAfter: Duration?
  /// Whether it stopped an instance, or ended a stop.
  public let changedHealth: Bool

  /// An outcome as a queue reports it.
  public init(wasHeld: Bool, goesOnAfter: Duration? = nil, changedHealth: Bool = false) {
    self.wasHeld = wasHeld
    self.goesOnAfter = goesOnAfter
    self.changedHealth = changedHealth
  }
}
