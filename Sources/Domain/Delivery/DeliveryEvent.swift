public import Messaging
public import Time

/// What happens in a worker pool, as it happens: what metrics, logs, a ledger, spans or a console are made of.
public enum DeliveryEvent: Sendable {
  /// A message was given a token of the rate limiter, after that long.
  case tokenGranted(after: Duration)
  /// A message is about to be sent, after it had waited that long; nil when it does not say since when.
  case attemptBegan(DeliveryAttempt, waited: Duration?)
  /// The send ended, after that long.
  case attemptEnded(DeliveryAttempt, Result<SendReceipt, SendFailure>, after: Duration, at: Timestamp)
  /// The queue was told what became of a message.
  case settled(Lease, Settlement, SettlementOutcome)
  /// The queue could not be told; it is tried again.
  case settlingFailed(Lease, QueueError)
  /// The grace period ended with a message of which the queue has not heard.
  case leftUnsettled(Lease)

  /// A message was put back to wait for its instance.
  case putBack(Lease, WaitReason)
  /// The queue could not be asked whether a message may be sent.
  case startFailed(Lease, QueueError)
  /// A message that may have been sent was looked for.
  case reconciled(DeliveryAttempt, Reconciliation)

  /// A payload is no message that can be sent.
  case payloadRefused(Lease, id: String?, PayloadError)
  /// A message's instance or shard could not be looked up now.
  case lookupFailed(id: String, QueueError)
  /// A message's lease ends too soon to send it.
  case leaseTooShort(id: String)

  /// The circuit breaker is in another state.
  case breakerChanged(BreakerState.Phase)
  /// Messages went to the dead letters as they were taken, since they are too large.
  case oversizedBuried(count: Int)
  /// No message is taken, since the dead letters are full.
  case intakePaused
  /// There is room among the dead letters again.
  case intakeResumed
  /// The queue gave no messages.
  case fetchFailed(QueueError)
  /// Leases could not be extended.
  case extensionFailed(QueueError)

  /// Shutting down began with so many messages unsettled.
  case drainingBegan(unsettled: Int)
  /// The grace period is over with so many messages unsettled: they are cut off.
  case graceEnded(unsettled: Int)

  /// Expired leases were looked for.
  case recovered(Recovery)
  /// Messages went to the dead letters that had waited too long for a stopped instance.
  case overdueBuried(count: Int)
  /// What is written down of an instance's limits is wrong: the limits of all hold for it.
  case limitsFaulty(instance: String, PayloadError)
  /// A step of the upkeep failed.
  case upkeepFailed(QueueUpkeep.Step, QueueError)
}

/// One attempt at sending a message.
public struct DeliveryAttempt: Sendable {
  /// What is sent, on which instance and to whom.
  public let outgoing: OutgoingMessage
  /// The lease under which it is sent.
  public let lease: Lease
  /// The attempt's number, from 1 on.
  public let number: Int
}

/// Looks at delivery.
public protocol DeliveryObserver: Sendable {
  /// Takes note of an event. It is called on the path of every message, so it must be quick and never block.
  func observe(_ event: DeliveryEvent)
}

/// Tells observers what happens; without observers an event is not even made.
public struct DeliveryEvents: Sendable {
  private let observers: [any DeliveryObserver]

  /// Events for these observers.
  public init(_ observers: [any DeliveryObserver] = []) { self.observers = observers }

  // Never inlined: an event would take up memory of each delivery that waits.
  @inline(never)
  func emit(_ event: @autoclosure () -> DeliveryEvent) {
    guard !observers.isEmpty else { return }
    let event = event()
    for observer in observers { observer.observe(event) }
  }
}
