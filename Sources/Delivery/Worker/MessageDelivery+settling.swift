internal import Logging

extension MessageDelivery {
  /// Tells the queue what became of a message, until it has heard.
  ///
  /// What was sent has been sent: giving up here would have it sent again. So it goes on while the lease is kept
  /// alive, and ends only when the queue has answered, or when the grace period for shutting down is over.
  ///
  /// The message's slot has been given to the next one by now; if the queue does not hear at the first try, it is taken
  /// back until it does, so that what is unsettled can't pile up.
  func settle(_ lease: Lease, as settlement: Settlement) async {
    let leaseEnd = held.end(of: lease.token)
    guard let isUncertain = await tryToSettle(lease, as: settlement, doneUntil: nil) else { return }
    slots.takeBack()
    await settleInTheEnd(lease, as: settlement, doneUntil: isUncertain ? leaseEnd : nil)
    slots.give()
  }

  private func settleInTheEnd(_ lease: Lease, as settlement: Settlement, doneUntil: Duration?) async {
    var doneUntil = doneUntil
    var rest = Duration.milliseconds(50)
    while await mayTryAgain(after: rest) {
      let leaseEnd = held.end(of: lease.token)
      guard let isUncertain = await tryToSettle(lease, as: settlement, doneUntil: doneUntil) else { return }
      if isUncertain { doneUntil = doneUntil ?? leaseEnd }
      rest = min(rest * 2, .seconds(2))
    }
    logger.error("message left unsettled at shutdown: it will be recovered when its lease expires")
  }

  /// Tells the queue once.
  ///
  /// - Parameters:
  ///   - lease: what is to be ended.
  ///   - settlement: what becomes of its message.
  ///   - doneUntil: after a try whose answer was lost, the time until which nobody else can have ended the lease:
  ///   when it is not held any more by then, that try it was.
  /// - Returns: nil when the queue has heard; else whether it may have done it all the same.
  private func tryToSettle(_ lease: Lease, as settlement: Settlement, doneUntil: Duration?) async -> Bool? {
    do throws(QueueError) {
      let outcome = try await queue.settle(lease, as: settlement)
      let wasDone = !outcome.wasHeld && doneUntil.map { timeline.now < $0 } ?? false
      let done = wasDone ? SettlementOutcome(wasHeld: true) : outcome
      if !done.wasHeld { logger.warning("lease was lost before settling", metadata: ["lane": "\(lease.lane.name)"]) }
      metrics.countSettled(settlement, done)
      if case .retry(_, let delay) = settlement, delay < QueueUpkeep.promotionInterval { dueSoon.tell() }
      return nil
    } catch {
      logger.warning("settling failed", metadata: ["error": "\(error)"])
      if case .interrupted = error { return true }
      return false
    }
  }

  /// Rests before the queue is asked again. In a task that was cut off, too, while the grace period lasts: its end is
  /// kept for settling.
  private func mayTryAgain(after rest: Duration) async -> Bool {
    if (try? await timeline.sleep(for: rest)) != nil { return true }
    let remaining = grace.remaining(at: timeline.now)
    guard remaining > .zero else { return false }
    await Task { try? await timeline.sleep(for: min(rest, remaining)) }.value
    return true
  }
}
