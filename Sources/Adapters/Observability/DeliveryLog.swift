public import Delivery
public import Logging
internal import Messaging
internal import Time

/// Writes down what happens in delivery: what went wrong as warnings and errors, each send at the level `debug`.
public struct DeliveryLog: DeliveryObserver {
  private let logger: Logger

  /// A log of delivery.
  public init(_ logger: Logger) { self.logger = logger }

  /// Writes an event down, if it is worth a line.
  public func observe(_ event: DeliveryEvent) {
    switch event {
    case .tokenGranted, .attemptBegan: break
    case .attemptEnded(let attempt, let result, let duration, _): log(attempt, result, duration)
    case .settled(let lease, let settlement, let outcome):
      guard !outcome.wasHeld else { return log(settlement, of: lease, outcome) }
      logger.warning("lease was lost before settling", metadata: ["lane": "\(lease.lane.name)"])
    case .settlingFailed(_, let error): logger.warning("settling failed", metadata: ["error": "\(error)"])
    case .leftUnsettled:
      logger.error("message left unsettled at shutdown: it will be recovered when its lease expires")
    case .payloadRefused(let lease, let id, let error):
      logger.warning(
        "message refused",
        metadata: ["message_id": "\(id ?? "-")", "lane": "\(lease.lane.name)", "error": "\(error)"])
    case .lookupFailed(let id, let error):
      logger.warning("instance not looked up", metadata: ["message_id": "\(id)", "error": "\(error)"])
    case .leaseTooShort(let id): logger.warning("lease ran out before sending", metadata: ["message_id": "\(id)"])
    case .breakerChanged(let phase):
      logger.notice("circuit breaker changed", metadata: ["state": "\(phase.rawValue)"])
    case .oversizedBuried(let count):
      logger.error("messages too large to be read went to the dead letters", metadata: ["count": "\(count)"])
    case .intakePaused:
      logger.error(
        "the dead letters are full: no message is taken until some are requeued or purged, or the bound is raised")
    case .intakeResumed: logger.notice("there is room among the dead letters again: messages are taken")
    case .fetchFailed(let error): logger.warning("no messages fetched", metadata: ["error": "\(error)"])
    case .extensionFailed(let error): logger.warning("leases not extended", metadata: ["error": "\(error)"])
    case .drainingBegan(let unsettled): logger.info("draining", metadata: ["in_flight": "\(unsettled)"])
    case .graceEnded(let unsettled): logger.warning("grace period over", metadata: ["cut_off": "\(unsettled)"])
    case .recovered(let recovery): log(recovery)
    case .putBack: break
    case .limitsFaulty(let instance, let problem):
      logger.warning(
        "an instance's limits are not understood", metadata: ["instance": "\(instance)", "error": "\(problem)"])
    case .startFailed(_, let error): logger.warning("send not begun", metadata: ["error": "\(error)"])
    case .reconciled(let attempt, let outcome): log(attempt, outcome)
    case .overdueBuried(let count):
      logger.error(
        "messages went to the dead letters that had waited too long for a stopped instance",
        metadata: ["count": "\(count)"])
    case .upkeepFailed(let step, let error):
      logger.warning("\(step.rawValue) failed", metadata: ["error": "\(error)"])
    }
  }

  private func log(_ attempt: DeliveryAttempt, _ result: Result<SendReceipt, SendFailure>, _ duration: Duration) {
    let level: Logger.Level = if case .success = result { .debug } else { .warning }
    guard logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "message_id": "\(attempt.outgoing.id)", "instance": "\(attempt.outgoing.instance)",
      "lane": "\(attempt.lease.lane.name)", "attempt": "\(attempt.number)",
      "duration_ms": "\(Int(duration.inSeconds * 1000))",
    ]
    // The worker that had it before may have sent it.
    if attempt.lease.recoveries > 0 { metadata["recoveries"] = "\(attempt.lease.recoveries)" }
    switch result {
    case .success: logger.log(level: level, "sent", metadata: metadata)
    case .failure(let failure):
      metadata["class"] = "\(failure.kind.rawValue)"
      metadata["detail"] = "\(failure.detail)"
      logger.log(level: level, "send failed", metadata: metadata)
    }
  }

  /// Says that an instance was stopped, once, with what mends it; and that it goes on.
  private func log(_ settlement: Settlement, of lease: Lease, _ outcome: SettlementOutcome) {
    guard outcome.changedHealth else { return }
    switch settlement {
    case .park(let stop):
      logger.warning(
        "instance stopped: its messages wait, and it is tried again by and by",
        metadata: ["instance": "\(stop.instance)", "class": "\(stop.reason.rawValue)", "fix": "\(stop.reason.fix)"])
    case .acknowledge:
      logger.notice("instance goes on", metadata: ["instance": "\(lease.origin?.instance ?? "")"])
    default: break
    }
  }

  private func log(_ attempt: DeliveryAttempt, _ outcome: Reconciliation) {
    var metadata: Logger.Metadata = [
      "message_id": "\(attempt.outgoing.id)", "instance": "\(attempt.outgoing.instance)",
    ]
    switch outcome {
    case .sent(let receipt):
      metadata["provider_id"] = "\(receipt.providerID ?? "-")"
      logger.info("uncertain send was found: it had been sent", metadata: metadata)
    case .absent: logger.info("uncertain send was not found: it is sent again", metadata: metadata)
    case .unknown: logger.warning("uncertain send can't be looked up", metadata: metadata)
    case .lookAgain: break
    }
  }

  private func log(_ recovery: Recovery) {
    if recovery.recovered > 0 {
      logger.warning(
        "leases of vanished workers recovered",
        metadata: ["recovered": "\(recovery.recovered)", "poisoned": "\(recovery.poisoned)"])
    }
    if recovery.orphaned > 0 {
      logger.error(
        "messages whose leases were removed by hand are dead letters now: they may have been sent",
        metadata: ["orphaned": "\(recovery.orphaned)"])
    }
  }
}
