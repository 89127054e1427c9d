internal import Concurrency
internal import Messaging
internal import Time

/// The delivery of one message: from its lease to what becomes of it, and that told to the queue.
struct MessageDelivery: Sendable {
  let queue: any MessageQueue
  let sender: any MessageSender
  let destination: Destination
  let limiter: RateLimiter
  let breaker: CircuitBreaker
  let policy: VerdictPolicy
  let slots: Slots
  let held: LeaseTable
  let grace: GracePeriod
  let leaseMargin: Duration
  let events: DeliveryEvents
  let clock: MonotonicClock
  let wallClock: @Sendable () -> Timestamp
  let dueSoon: AutoResetEvent

  /// The payloads from which on the fetch loop may wait for the room that one takes, rather than for a slot.
  private static let largePayload = 32_768
  /// How long a message rests whose instance could not be looked up.
  private static let lookupRest = Duration.seconds(10)
  /// How far ahead a due time may lie before the message is put back: clocks differ a little.
  private static let clockTolerance = Duration.milliseconds(500)

  /// Delivers a message. Cancelling the task ends a send that is under way, never the settlement.
  func deliver(_ assignment: Assignment) async {
    let lease = assignment.lease
    let settlement = await conclude(assignment)
    // Whatever is reserved from now on goes to the queue behind this settlement, so that the slot is free by then.
    slots.release()
    await settle(lease, as: settlement)
    held.remove(assignment.place)
    slots.noteSettled(wakesFetcher: lease.payload.count >= Self.largePayload)
  }

  /// Does what has to be done for a message, and lets the breaker know how it ended.
  private func conclude(_ assignment: Assignment) async -> Settlement {
    let (lease, pass) = (assignment.lease, assignment.pass)
    let message: Message
    let outgoing: OutgoingMessage
    do throws(PayloadError) {
      message = try Message(payload: lease.payload)
    } catch {
      return unsent(pass, invalid(lease, error))
    }
    if let early = notYet(message, lease) { return unsent(pass, early) }
    do throws(Destination.Failure) {
      outgoing = try await destination.address(message)
    } catch {
      return unsent(pass, unaddressed(message, lease, error))
    }

    guard breaker.stillAdmits(pass), case .granted(let waited) = await limiter.acquire() else {
      return unsent(pass, .release)
    }
    events.emit(.tokenGranted(after: waited))
    guard held.holds(assignment.place, at: clock.now + leaseMargin) else { return unsent(pass, runsOut(message)) }
    guard breaker.stillAdmits(pass) else { return unsent(pass, .release) }

    let result = await send(outgoing, lease, message)
    learn(end(of: result), pass)
    switch result {
    case .success: return .acknowledge
    // Cut off at the end of the grace period before a byte of it was written: it was never tried.
    case .failure(let failure) where failure.kind == .connectionFailed && Task.isCancelled: return .release
    case .failure(let failure): return settlement(after: failure, message, on: outgoing.instance, lease)
    }
  }

  /// What becomes of a message that does not get as far as being sent: if it was to be the probe, another one is.
  private func unsent(_ pass: BreakerState.Pass, _ settlement: Settlement) -> Settlement {
    learn(.abandoned, pass)
    return settlement
  }

  private func send(
    _ outgoing: OutgoingMessage, _ lease: Lease, _ message: Message
  ) async -> Result<SendReceipt, SendFailure> {
    began(outgoing, lease, message)
    let start = clock.now
    let result: Result<SendReceipt, SendFailure>
    do throws(SendFailure) {
      result = .success(try await sender.send(outgoing))
    } catch {
      result = .failure(error)
    }
    ended(outgoing, lease, message, result, after: clock.now - start)
    return result
  }

  private func began(_ outgoing: OutgoingMessage, _ lease: Lease, _ message: Message) {
    events.emit(
      .attemptBegan(
        DeliveryAttempt(outgoing: outgoing, lease: lease, number: message.attempts + 1),
        waited: message.waitingSince.map { max(.zero, wallClock().since($0)) }))
  }

  private func ended(
    _ outgoing: OutgoingMessage, _ lease: Lease, _ message: Message, _ result: Result<SendReceipt, SendFailure>,
    after duration: Duration
  ) {
    events.emit(
      .attemptEnded(
        DeliveryAttempt(outgoing: outgoing, lease: lease, number: message.attempts + 1), result, after: duration,
        at: wallClock()))
  }

  private func settlement(
    after failure: SendFailure, _ message: Message, on instance: InstanceName, _ lease: Lease
  ) -> Settlement {
    let verdict = policy.verdict(
      on: failure, attempts: message.attempts, deferrals: message.deferrals, random: .random(in: -1...1))
    switch verdict {
    case .sent: return .acknowledge
    case .retry(let delay, let attempts, let deferrals):
      let payload = RetryPayload.rewrite(
        lease.payload, attempts: attempts, deferrals: deferrals, dueAt: wallClock().advanced(by: delay))
      return .retry(payload: payload, after: delay)
    case .dead(let reason, let attempts):
      return .bury(
        DeadLetterCause(
          reason: reason, error: failure.description, messageID: message.id, instance: instance.value,
          attempts: attempts))
    }
  }

  /// What becomes of a message that must not be tried now: its time has not come, or its attempts are used up.
  private func notYet(_ message: Message, _ lease: Lease) -> Settlement? {
    if let dueAt = message.dueAt {
      let remaining = dueAt.since(wallClock())
      if remaining > Self.clockTolerance { return .retry(payload: lease.payload, after: remaining) }
    }
    guard message.attempts >= policy.retry.maximumAttempts else { return nil }
    return .bury(
      DeadLetterCause(
        reason: .attemptsExhausted, error: "it came with all attempts used up", messageID: message.id,
        attempts: message.attempts))
  }

  /// What becomes of a message that has no destination, or whose destination could not be looked up now.
  private func unaddressed(_ message: Message, _ lease: Lease, _ failure: Destination.Failure) -> Settlement {
    switch failure {
    case .undeliverable(let error): return invalid(lease, error)
    case .lookup(let error):
      events.emit(.lookupFailed(id: message.id, error))
      return .retry(payload: lease.payload, after: Self.lookupRest)
    }
  }

  private func invalid(_ lease: Lease, _ error: PayloadError) -> Settlement {
    let id = RetryPayload.id(of: lease.payload)
    events.emit(.payloadRefused(lease, id: id, error))
    return .bury(
      DeadLetterCause(reason: .invalidPayload, error: error.description, field: error.field, messageID: id))
  }

  /// What becomes of a message whose lease ends too soon to send it. It was never tried, so that it is given back rather
  /// than left to be recovered, which would count against it.
  private func runsOut(_ message: Message) -> Settlement {
    events.emit(.leaseTooShort(id: message.id))
    return .release
  }

  private func end(of result: Result<SendReceipt, SendFailure>) -> BreakerState.End {
    switch result {
    case .failure(let failure) where failure.isHostFault: .hostFailed
    // Cut off before the host had its say.
    case .failure where Task.isCancelled: .abandoned
    default: .hostAnswered
    }
  }

  private func learn(_ end: BreakerState.End, _ pass: BreakerState.Pass) {
    guard let phase = breaker.record(end, of: pass) else { return }
    events.emit(.breakerChanged(phase))
    // What waits for a token goes back to its lane: no token is to be spent on what may not be sent.
    if phase == .open { limiter.dismiss() }
  }
}
