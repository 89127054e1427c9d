/// What becomes of a leased message.
public enum Settlement: Sendable {
  /// It was sent: it leaves the queue.
  case acknowledge
  /// It goes to the schedule with this payload, and back to its lane once the delay has passed.
  case retry(payload: [UInt8], after: Duration)
  /// It goes to the dead letters, the payload as it came.
  case bury(DeadLetterCause)
  /// It goes back to the front of its lane, untouched: it was never tried.
  case release
}

/// What the queue made of a settlement.
public struct SettlementOutcome: Sendable, Equatable {
  /// Whether the lease was still there. When not, nothing was changed: the message was settled before, or
  /// recovered and is somebody else's now.
  public let wasHeld: Bool

  /// An outcome as a queue reports it.
  public init(wasHeld: Bool) { self.wasHeld = wasHeld }
}
