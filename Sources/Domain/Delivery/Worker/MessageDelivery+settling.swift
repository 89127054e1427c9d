internal import Concurrency
internal import Time

extension MessageDelivery {
  /// Tells the queue what became of a message, until it has heard.
  ///
  /// What was sent has been sent: giving up here would have it sent again. So it goes on while the lease is kept
  /// alive, and ends only when the queue has answered, or when the grace period for shutting down is over.
  ///
  /// The message's slot has been given to the next one by now; if the queue does not hear at the first try, it is taken
  /// back until it does, so that what is unsettled can't pile up.
  func settle(_ lease: Lease, as settlement: Settlement) async {
    guard let isUncertain = await tryToSettle(lease, as: settlement, mayHaveBeenDone: false) else { return }
    slots.reoccupy()
    await settleInTheEnd(lease, as: settlement, mayHaveBeenDone: isUncertain)
    slots.release()
  }

  private func settleInTheEnd(_ lease: Lease, as settlement: Settlement, mayHaveBeenDone: Bool) async {
    var mayHaveBeenDone = mayHaveBeenDone
    var rest = Duration.milliseconds(50)
    while await mayTryAgain(after: rest) {
      guard let isUncertain = await tryToSettle(lease, as: settlement, mayHaveBeenDone: mayHaveBeenDone) else { return }
      mayHaveBeenDone = mayHaveBeenDone || isUncertain
      rest = min(rest * 2, .seconds(2))
    }
    events.emit(.leftUnsettled(lease))
  }

  /// Tells the queue once.
  ///
  /// - Returns: nil when it has heard; else whether it may have done it all the same.
  private func tryToSettle(_ lease: Lease, as settlement: Settlement, mayHaveBeenDone: Bool) async -> Bool? {
    do throws(QueueError) {
      let outcome = try await queue.settle(lease, as: settlement)
      // Not held after a try whose answer was lost: that try it was that ended the lease. Somebody else can have done so
      // only if this process was cut off for longer than the lease while the others were not.
      let done = mayHaveBeenDone && !outcome.wasHeld ? SettlementOutcome(wasHeld: true) : outcome
      events.emit(.settled(lease, settlement, done))
      if case .retry(_, let delay) = settlement, delay < QueueUpkeep.promotionInterval { dueSoon.signal() }
      if let wait = done.goesOnAfter { announce(after: wait) }
      return nil
    } catch {
      events.emit(.settlingFailed(lease, error))
      if case .interrupted = error { return true }
      return false
    }
  }

  /// Rests before the queue is asked again. In a task that was cut off, too, while the grace period lasts: its end is
  /// kept for settling.
  private func mayTryAgain(after rest: Duration) async -> Bool {
    if (try? await clock.sleep(for: rest)) != nil { return true }
    let remaining = grace.remaining(at: clock.now)
    guard remaining > .zero else { return false }
    await Task { try? await clock.sleep(for: min(rest, remaining)) }.value
    return true
  }

  /// Wakes the fetch loop when more messages of an instance may go, should it be waiting for some.
  func announce(after wait: Duration) {
    guard wait > .zero else { return readiness.signal() }
    // A longer wait ends by itself.
    guard wait < Self.longestAnnouncement else { return }
    Task { [clock, readiness] in
      try? await clock.sleep(for: wait)
      readiness.signal()
    }
  }

  private static var longestAnnouncement: Duration { .seconds(5) }
}
