internal import Logging

extension MessageDelivery {
  /// Tells the queue what became of a message, until it has heard.
  ///
  /// What was sent has been sent: giving up here would have it sent again. So it goes on while the lease is kept
  /// alive, and ends only when the queue has answered, or when the grace period for shutting down is over.
  func settle(_ lease: Lease, as settlement: Settlement) async {
    var mayHaveBeenDone = false
    var rest = Duration.milliseconds(50)
    while true {
      do throws(QueueError) {
        let outcome = try await queue.settle(lease, as: settlement)
        // Not held after a try whose answer was lost: that try it was that ended the lease.
        let done = mayHaveBeenDone && !outcome.wasHeld ? SettlementOutcome(wasHeld: true) : outcome
        if !done.wasHeld { logger.warning("lease was lost before settling", metadata: ["lane": "\(lease.lane.name)"]) }
        return metrics.countSettled(settlement, done)
      } catch {
        if case .interrupted = error { mayHaveBeenDone = true }
        logger.warning("settling failed", metadata: ["error": "\(error)"])
      }
      guard await mayTryAgain(after: rest) else {
        return logger.error("message left unsettled at shutdown: it will be recovered when its lease expires")
      }
      rest = min(rest * 2, .seconds(2))
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
