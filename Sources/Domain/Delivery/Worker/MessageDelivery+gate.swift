internal import Messaging
internal import Time

extension MessageDelivery {
  /// How long a message rests while another of its id is under way.
  private static let restBehindTwin = Duration.seconds(2)
  /// How long a message rests when the gate could not be asked.
  private static let restOfGate = Duration.seconds(1)

  /// For how long it is quiet yet where the recipient lives; nil when it is not.
  func quietRest(_ passage: Passage) -> Duration? {
    guard passage.lease.lane != .urgent, let quietHours = rules.quietHours else { return nil }
    let now = wallClock()
    return quietHours.end(for: passage.outgoing.number, at: now).map { max(.milliseconds(1), $0.since(now)) }
  }

  /// Asks whether a message may still go out: for the hour, the recipient's wish, and whether it went out before.
  func ask(_ gate: any SendGate, _ passage: Passage) async -> Beginning {
    if let rest = quietRest(passage) {
      let night = Filing.Apart(.quietHours, passage.outgoing.number.areaCode.timeZone, for: rest)
      return .refused(.file(Filing(under: passage.outgoing.instance, apart: night)))
    }
    do throws(QueueError) {
      guard let decision = try await gate.decide([passage.question]).first else {
        return .refused(.retry(payload: passage.lease.payload, after: Self.restOfGate))
      }
      return permission(decision, passage)
    } catch {
      events.emit(.startFailed(passage.lease, error))
      return .refused(.retry(payload: passage.lease.payload, after: Self.restOfGate))
    }
  }

  /// What the gate's answer means for a message.
  func permission(_ decision: GateDecision, _ passage: Passage) -> Beginning {
    let (message, outgoing) = (passage.message, passage.outgoing)
    switch decision {
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
  var question: GateQuestion {
    GateQuestion(
      token: lease.token, id: outgoing.id, instance: outgoing.instance, number: outgoing.number, tenant: message.tenant,
      isRetry: message.attempts + message.deferrals > 0 || message.uncertainSince != nil)
  }
}
