internal import Messaging
internal import Time

extension MessageDelivery {
  /// How long a message rests while another of its id is under way.
  private static let restBehindTwin = Duration.seconds(2)
  /// How long a message rests when the gate could not be asked.
  private static let restOfGate = Duration.seconds(1)

  /// Asks whether a message may still go out: for the hour, the recipient's wish, and whether it went out before.
  func pass(_ gate: any SendGate, _ passage: Passage) async -> Beginning {
    let (message, outgoing) = (passage.message, passage.outgoing)
    if passage.lease.lane != .urgent, let end = rules.quietHours?.end(for: outgoing.number, at: wallClock()) {
      let night = Filing.Apart(
        .quietHours, outgoing.number.areaCode.timeZone, for: max(.milliseconds(1), end.since(wallClock())))
      return .refused(.file(Filing(under: outgoing.instance, apart: night)))
    }
    do throws(QueueError) {
      switch try await gate.decide(passage.question) {
      case .go(let mark):
        guard let mark else { return .begun(passage) }
        var lease = passage.lease
        lease.mark = mark
        return .begun(passage.under(lease))
      case .duplicate: return .refused(.discard)
      case .underWay: return .refused(.retry(payload: passage.lease.payload, after: Self.restBehindTwin))
      case .optedOut:
        return .refused(
          .bury(
            DeadLetterCause(
              reason: .optedOut, error: "the recipient does not want to be written to", messageID: message.id,
              instance: outgoing.instance.value, attempts: message.attempts)))
      case .behind(let delay):
        let row = Filing.Apart(.order, outgoing.number.ninthDigitForms[0], for: delay)
        return .refused(.file(Filing(under: outgoing.instance, apart: row)))
      }
    } catch {
      events.emit(.startFailed(passage.lease, error))
      return .refused(.retry(payload: passage.lease.payload, after: Self.restOfGate))
    }
  }

  /// Lets later messages to the same recipient wait behind one that is to be tried again, or go when it is done.
  func keepOrder(_ passage: Passage, _ settlement: Settlement) async {
    guard rules.keepsOrder, let gate = rules.gate else { return }
    do throws(QueueError) {
      switch settlement {
      case .retry(_, let delay):
        try await gate.holdBack(behind: passage.question, until: wallClock().advanced(by: delay))
      case .acknowledge, .bury:
        if passage.question.isRetry { try await gate.release(passage.question) }
      case .discard, .release, .park, .file: break
      }
    } catch {
      events.emit(.startFailed(passage.lease, error))
    }
  }
}

extension MessageDelivery.Passage {
  fileprivate var question: GateQuestion {
    GateQuestion(
      token: lease.token, id: outgoing.id, instance: outgoing.instance, number: outgoing.number, tenant: message.tenant,
      isRetry: message.attempts + message.deferrals > 0 || message.uncertainSince != nil)
  }
}
