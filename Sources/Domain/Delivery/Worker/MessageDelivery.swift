internal import Concurrency
internal import Messaging
internal import Time

/// The delivery of one message: from its lease to what becomes of it, and that told to the queue.
struct MessageDelivery: Sendable {
  let queue: any MessageQueue
  let sender: any MessageSender
  let destination: Destination
  let limiter: RateLimiter
  let hosts: Hosts
  let loads: InstanceLoads
  let rules: DeliveryRules
  let slots: Slots
  let held: LeaseTable
  let grace: GracePeriod
  let leaseMargin: Duration
  let events: DeliveryEvents
  let clock: MonotonicClock
  let wallClock: @Sendable () -> Timestamp
  let dueSoon: AutoResetEvent
  let readiness: AutoResetEvent

  /// The payloads from which on the fetch loop may wait for the room that one takes, rather than for a slot.
  private static let largePayload = 32_768
  /// How far ahead a due time may lie before the message is put back: clocks differ a little.
  private static let clockTolerance = Duration.milliseconds(500)

  /// A message on its way, and what is known of it.
  struct Passage: Sendable {
    var lease: Lease
    let message: Message
    let outgoing: OutgoingMessage
    let host: Host
    let pass: BreakerState.Pass
  }

  /// What was found of a message; what becomes of it may depend on what follows.
  enum Conclusion: Sendable {
    /// The queue is to be told this.
    case settle(Lease, Settlement)
    /// It failed, and what follows tells whose fault that was.
    case judge(Passage, SendFailure)
    /// The queue knows already.
    case settled
  }

  /// Delivers a message. Cancelling the task ends a send that is under way, never the settlement.
  func deliver(_ assignment: Assignment) async {
    let conclusion = await conclude(assignment)
    // Whatever is reserved from now on goes to the queue behind this settlement, so that the slot is free by then.
    slots.release()
    switch conclusion {
    case .settle(let lease, let settlement): await settle(lease, as: settlement)
    case .judge(let passage, let failure): await settle(passage.lease, as: judged(passage, failure))
    case .settled: break
    }
    held.remove(assignment.place)
    slots.noteSettled(wakesFetcher: assignment.lease.payload.count >= Self.largePayload)
  }

  /// Does what has to be done for a message, and lets the breaker know how it ended.
  private func conclude(_ assignment: Assignment) async -> Conclusion {
    let lease = assignment.lease
    let message: Message
    let outgoing: OutgoingMessage
    do throws(PayloadError) {
      message = try Message(payload: lease.payload)
    } catch {
      return unsent(assignment, .settle(lease, invalid(lease, error)))
    }
    if let early = notYet(message, lease) { return unsent(assignment, .settle(lease, early)) }
    do throws(Destination.Failure) {
      outgoing = try await destination.address(message)
    } catch {
      return unsent(assignment, .settle(lease, unaddressed(message, lease, error)))
    }
    if let origin = lease.origin, !origin.instance.isEmpty, origin.instance != outgoing.instance.value {
      return unsent(assignment, .settle(lease, .file(Filing(under: outgoing.instance))))
    }
    let host = hosts[outgoing.shard]
    guard let pass = outgoing.shard == nil ? assignment.pass : host.breaker.admit() else {
      return .settle(lease, held(outgoing, by: host))
    }
    let passage = Passage(lease: lease, message: message, outgoing: outgoing, host: host, pass: pass)
    return await proceed(passage, assignment)
  }

  /// Takes a message that has a destination as far as it may go.
  private func proceed(_ passage: Passage, _ assignment: Assignment) async -> Conclusion {
    let (lease, instance) = (passage.lease, passage.outgoing.instance)
    if let since = passage.message.uncertainSince {
      if let settlement = await reconcile(passage, since) { return unsent(passage, .settle(lease, settlement)) }
    }
    guard passage.host.breaker.stillAdmits(passage.pass), loads.enter(instance) else {
      return unsent(passage, .settle(lease, .release))
    }
    guard case .granted(let waited) = await limiter.acquire() else {
      loads.abandon(instance)
      return unsent(passage, .settle(lease, .release))
    }
    events.emit(.tokenGranted(after: waited))
    let (isHeld, isAdmitted) = (
      held.holds(assignment.place, at: clock.now + leaseMargin), passage.host.breaker.stillAdmits(passage.pass)
    )
    guard isHeld, isAdmitted else {
      loads.abandon(instance)
      return unsent(passage, .settle(lease, isHeld ? .release : runsOut(passage.message)))
    }
    let (begun, obstacle) = await begin(passage, hasBegun: assignment.beginsAtOnce)
    if let obstacle {
      loads.abandon(instance)
      return unsent(passage, obstacle)
    }
    let result = await send(begun)
    learn(result, begun)
    switch result {
    case .success: return .settle(begun.lease, .acknowledge)
    // Cut off at the end of the grace period before a byte of it was written: it was never tried.
    case .failure(let failure) where failure.kind == .connectionFailed && Task.isCancelled:
      return .settle(begun.lease, .release)
    case .failure(let failure): return .judge(begun, failure)
    }
  }

  /// Tells the queue that a message is about to be sent, and keeps to its instance's limits.
  ///
  /// - Returns: the message, and why it must not be sent, if so.
  private func begin(_ passage: Passage, hasBegun: Bool) async -> (Passage, Conclusion?) {
    var passage = passage
    let (lease, instance) = (passage.lease, passage.outgoing.instance)
    let limits = rules.limits(instance, wallClock())
    let isTrial = lease.origin?.isGuarded == true
    guard limits != nil || isTrial || !hasBegun else { return (passage, nil) }
    do throws(QueueError) {
      guard let limits else {
        return (passage, try await queue.noteBegun(lease) ? nil : .settle(lease, .release))
      }
      let origin = Lease.Origin(group: lease.origin?.group ?? instance.value, isGuarded: true, since: wallClock())
      passage.lease.origin = lease.origin.map { $0.isGuarded ? $0 : origin } ?? origin
      passage.lease.start = limits
      switch try await queue.begin(lease, on: instance, within: limits) {
      case .granted: return (passage, nil)
      case .putBack(let reason):
        events.emit(.putBack(lease, reason))
        return (passage, .settled)
      case .lost: return (passage, .settle(lease, .release))
      }
    } catch {
      events.emit(.startFailed(lease, error))
      return (passage, .settle(lease, .release))
    }
  }

  private func send(_ passage: Passage) async -> Result<SendReceipt, SendFailure> {
    let start = loads.begin(passage.outgoing.instance)
    began(passage)
    let result: Result<SendReceipt, SendFailure>
    do throws(SendFailure) {
      result = .success(try await sender.send(passage.outgoing))
    } catch {
      result = .failure(error)
    }
    loads.end(passage.outgoing.instance, begunAt: start, isAnswered: result.isAnswered)
    events.emit(.attemptEnded(passage.attempt, result, after: clock.now - start, at: wallClock()))
    return result
  }

  private func began(_ passage: Passage) {
    events.emit(
      .attemptBegan(
        passage.attempt, waited: passage.message.waitingSince.map { max(.zero, wallClock().since($0)) }))
  }

  /// What becomes of a message that must not be tried now: its time has not come, or its attempts are used up.
  private func notYet(_ message: Message, _ lease: Lease) -> Settlement? {
    if let dueAt = message.dueAt {
      let remaining = dueAt.since(wallClock())
      if remaining > Self.clockTolerance { return .retry(payload: lease.payload, after: remaining) }
    }
    guard message.attempts >= rules.verdicts.retry.maximumAttempts, message.uncertainSince == nil else { return nil }
    return .bury(
      DeadLetterCause(
        reason: .attemptsExhausted, error: "it came with all attempts used up", messageID: message.id,
        attempts: message.attempts))
  }

  /// What becomes of a message that does not get as far as being sent: if it was to be the probe, another one is.
  private func unsent(_ assignment: Assignment, _ conclusion: Conclusion) -> Conclusion {
    if assignment.pass == .probe { note(.abandoned, of: .probe, at: hosts[nil]) }
    return conclusion
  }

  private func unsent(_ passage: Passage, _ conclusion: Conclusion) -> Conclusion {
    note(.abandoned, of: passage.pass, at: passage.host)
    return conclusion
  }
}

extension MessageDelivery.Passage {
  var attempt: DeliveryAttempt {
    DeliveryAttempt(outgoing: outgoing, lease: lease, number: message.attempts + 1)
  }
}

extension Result where Success == SendReceipt, Failure == SendFailure {
  /// Whether the other side said anything.
  fileprivate var isAnswered: Bool {
    switch self {
    case .success: true
    case .failure(let failure): failure.kind != .uncertain && failure.kind != .connectionFailed
    }
  }
}
