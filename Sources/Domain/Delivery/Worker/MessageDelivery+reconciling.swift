internal import Messaging
internal import Time

extension MessageDelivery {
  /// Looks for a message that may have been sent.
  ///
  /// - Returns: what becomes of it; nil when it is to be sent.
  func reconcile(_ passage: Passage, _ since: Timestamp) async -> Settlement? {
    guard rules.reconciliation.isOn, let lookup = rules.lookup else { return undecided(passage) }
    let answer = await lookup.look(for: passage.outgoing, since: since, excluding: [])
    let age = max(.zero, wallClock().since(since))
    let reconciliation = rules.reconciliation.reconciliation(answer, age: age)
    switch reconciliation {
    case .sent(let receipt):
      events.emit(.reconciled(passage.attempt, .sent(receipt)))
      return .acknowledge
    case .absent:
      events.emit(.reconciled(passage.attempt, reconciliation))
      return nil
    case .lookAgain(let rest): return lookLater(passage, since: since, after: rest)
    case .unknown:
      events.emit(.reconciled(passage.attempt, reconciliation))
      return undecided(passage)
    }
  }

  /// Schedules a look for a message.
  func lookLater(_ passage: Passage, since: Timestamp, after rest: Duration) -> Settlement {
    let (message, due) = (passage.message, wallClock().advanced(by: rest))
    let payload = RetryPayload.rewrite(
      passage.lease.payload, attempts: message.attempts, deferrals: message.deferrals, dueAt: due,
      uncertainSince: message.uncertainSince ?? since)
    return .retry(payload: payload, after: rest)
  }

  /// What becomes of a message of which nobody will ever know whether it was sent.
  private func undecided(_ passage: Passage) -> Settlement? {
    guard rules.verdicts.onUncertain == .park else { return nil }
    return .bury(
      DeadLetterCause(
        reason: .uncertain, error: "it may have been sent, and the server can't say", messageID: passage.message.id,
        instance: passage.outgoing.instance.value, attempts: passage.message.attempts + 1))
  }
}
