internal import Messaging
internal import Time

extension MessageDelivery {
  /// How long a message rests whose instance could not be looked up.
  private static let lookupRest = Duration.seconds(10)
  /// The longest that a message waits for its host before it is looked at again.
  private static let longestHold = Duration.seconds(60)

  /// Lets the health of host and instance know how an attempt ended.
  func learn(_ result: Result<SendReceipt, SendFailure>, _ passage: Passage) {
    switch result {
    case .success:
      passage.host.suspects.noteSuccess(on: passage.outgoing.instance)
      note(.hostAnswered, of: passage.pass, at: passage.host)
    // Cut off before the host had its say.
    case .failure(let failure) where Task.isCancelled && !failure.isHostFault:
      note(.abandoned, of: passage.pass, at: passage.host)
    case .failure(let failure) where failure.isHostFault: note(.hostFailed, of: passage.pass, at: passage.host)
    // Evolution asked WhatsApp and was answered: no better sign of health.
    case .failure(let failure) where failure.kind == .unknownNumber:
      passage.host.suspects.noteSuccess(on: passage.outgoing.instance)
      note(.hostAnswered, of: passage.pass, at: passage.host)
    case .failure: note(.refused(passage.outgoing.instance), of: passage.pass, at: passage.host)
    }
  }

  func note(_ end: BreakerState.End, of pass: BreakerState.Pass, at host: Host) {
    guard let phase = host.breaker.record(end, of: pass) else { return }
    events.emit(.breakerChanged(phase))
    guard phase == .open else { return }
    host.suspects.blameHost()
    // What waits for a token goes back to its lane: no token is to be spent on what may not be sent.
    if host === hosts[nil] { limiter.dismiss() }
  }

  /// What becomes of a message whose attempt failed, once it shows whose fault that was.
  func judged(_ passage: Passage, _ failure: SendFailure) async -> Settlement {
    switch await culprit(of: passage, failure) {
    case .host: return passage.outgoing.shard == nil ? .release : held(passage.outgoing, by: passage.host)
    case .instance:
      return .park(rules.stops.stop(of: passage.outgoing.instance, after: failure, random: .random(in: -1...1)))
    case .message: return settlement(after: failure, passage)
    }
  }

  private func culprit(of passage: Passage, _ failure: SendFailure) async -> Suspects.Judgement {
    let (instance, suspects) = (passage.outgoing.instance, passage.host.suspects)
    switch failure.kind {
    // Whether it was sent is to be found out first.
    case .uncertain, .unknownNumber: return .message
    case _ where Task.isCancelled: return .message
    case .credential, .unknownInstance, .restricted:
      guard passage.host.breaker.phase == .closed else { return .host }
      loads.hold(instance)
      return .instance
    case _ where passage.host.breaker.phase != .closed && (failure.isHostFault || failure.scope != .message):
      return failure.isHostFault ? .host : .instance
    case .rateLimited where failure.scope != .host: return .message
    case _ where failure.isHostFault:
      return await suspects.judgement(on: instance, runOf: .max, otherwise: .message)
    case _ where failure.scope == .instance:
      return await suspects.judgement(on: instance, runOf: FailureRun.instanceFailureLimit, otherwise: .instance)
    case .invalidRequest:
      return await suspects.judgement(on: instance, runOf: FailureRun.refusalLimit, otherwise: .message)
    default: return .message
    }
  }

  private func settlement(after failure: SendFailure, _ passage: Passage) -> Settlement {
    let message = passage.message
    if failure.kind == .uncertain, rules.reconciliation.isOn, rules.lookup != nil {
      return lookLater(passage, since: wallClock(), after: rules.reconciliation.firstLook)
    }
    let verdict = rules.verdicts.verdict(
      on: failure, attempts: message.attempts, deferrals: message.deferrals, random: .random(in: -1...1))
    switch verdict {
    case .sent: return .acknowledge
    case .retry(let delay, let attempts, let deferrals):
      let payload = RetryPayload.rewrite(
        passage.lease.payload, attempts: attempts, deferrals: deferrals, dueAt: wallClock().advanced(by: delay))
      return .retry(payload: payload, after: delay)
    case .dead(let reason, let attempts):
      return .bury(
        DeadLetterCause(
          reason: reason, error: failure.description, messageID: message.id,
          instance: passage.outgoing.instance.value, attempts: attempts))
    }
  }

  /// What becomes of a message whose host lets nothing through: it waits with its instance.
  func held(_ outgoing: OutgoingMessage, by host: Host) -> Settlement {
    let wait = max(.milliseconds(100), min(host.breaker.timeToProbe ?? .seconds(1), Self.longestHold))
    return .park(InstanceStop(of: outgoing.instance, because: .serverError, waits: [wait], grows: false))
  }

  /// What becomes of a message that has no destination, or whose destination could not be looked up now.
  func unaddressed(_ message: Message, _ lease: Lease, _ failure: Destination.Failure) -> Settlement {
    switch failure {
    case .undeliverable(let error): return invalid(lease, error)
    case .lookup(let error):
      events.emit(.lookupFailed(id: message.id, error))
      return .retry(payload: lease.payload, after: Self.lookupRest)
    }
  }

  func invalid(_ lease: Lease, _ error: PayloadError) -> Settlement {
    let id = RetryPayload.id(of: lease.payload)
    events.emit(.payloadRefused(lease, id: id, error))
    return .bury(
      DeadLetterCause(reason: .invalidPayload, error: error.description, field: error.field, messageID: id))
  }

  /// What becomes of a message whose lease ends too soon to send it. It was never tried, so that it is given back rather
  /// than left to be recovered, which would count against it.
  func runsOut(_ message: Message) -> Settlement {
    events.emit(.leaseTooShort(id: message.id))
    return .release
  }
}
