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

  /// A message on its way, and what is known of it. A class, so that what waits for an answer takes little memory.
  final class Passage: Sendable {
    let lease: Lease
    let message: Message
    let outgoing: OutgoingMessage
    let host: Host
    let pass: BreakerState.Pass
    let place: LeaseTable.Place

    init(
      _ lease: Lease, _ message: Message, _ outgoing: OutgoingMessage, by host: Host, _ pass: BreakerState.Pass,
      _ place: LeaseTable.Place
    ) {
      self.lease = lease
      self.message = message
      self.outgoing = outgoing
      self.host = host
      self.pass = pass
      self.place = place
    }

    /// The same under another lease.
    func under(_ lease: Lease) -> Passage { Passage(lease, message, outgoing, by: host, pass, place) }

    var attempt: DeliveryAttempt { DeliveryAttempt(outgoing: outgoing, lease: lease, number: message.attempts + 1) }
  }

  /// What was found of a message; what becomes of it may depend on what follows.
  enum Conclusion: Sendable {
    /// The queue is to be told this.
    case settle(Lease, Settlement)
    /// It failed, and what follows tells whose fault that was.
    indirect case judge(Passage, SendFailure)
    /// The queue knows already.
    case settled
  }

  /// What becomes of a message before it is sent.
  private enum Preparation {
    /// It has a destination.
    case ready(Passage)
    /// It does not get that far.
    case concluded(Settlement)
  }

  /// Delivers a message. Cancelling the task ends a send that is under way, never the settlement.
  func deliver(_ assignment: Assignment) async {
    let conclusion: Conclusion
    if let passage = assignment.passage {
      conclusion = await proceed(passage, assignment)
    } else {
      switch await prepare(assignment) {
      case .ready(let passage): conclusion = await proceed(passage, assignment)
      case .concluded(let settlement):
        // If it was to be the probe, another one is.
        if assignment.pass == .probe { note(.abandoned, of: .probe, at: hosts[nil]) }
        conclusion = .settle(assignment.lease, settlement)
      }
    }
    // Whatever is reserved from now on goes to the queue behind this settlement, so that the slot is free by then.
    slots.release()
    switch conclusion {
    case .settle(let lease, let settlement): await settle(lease, as: settlement)
    case .judge(let passage, let failure):
      let settlement = await judged(passage, failure)
      if rules.keepsOrder { await keepOrder(passage, settlement) }
      await settle(passage.lease, as: settlement)
    case .settled: break
    }
    held.remove(assignment.place)
    slots.noteSettled(wakesFetcher: assignment.lease.payload.count >= Self.largePayload)
  }

  /// Finds out of messages that were taken together what can be found out at once, and asks the gate for them with one call:
  /// asking for each by itself would cost more than sending it. What is left open is found out by each delivery.
  func examine(_ assignments: inout [Assignment]) async {
    guard let gate = rules.gate else { return }
    var (questions, places) = ([GateQuestion](), [Int]())
    for position in assignments.indices {
      guard let passage = passage(assignments[position]) else { continue }
      assignments[position].passage = passage
      if quietRest(passage) != nil { continue }
      questions.append(passage.question)
      places.append(position)
    }
    guard !questions.isEmpty, let decisions = try? await gate.decide(questions) else { return }
    for (place, decision) in zip(places, decisions) { assignments[place].decision = decision }
  }

  /// A message on its way, where that takes no looking up and nothing is wrong with it.
  private func passage(_ assignment: Assignment) -> Passage? {
    let lease = assignment.lease
    guard let message = try? Message(payload: lease.payload), notYet(message, lease) == nil,
      let outgoing = destination.addressAtOnce(message)
    else { return nil }
    if let origin = lease.origin, !origin.instance.isEmpty, origin.instance != outgoing.instance.value { return nil }
    return Passage(lease, message, outgoing, by: hosts[nil], assignment.pass, assignment.place)
  }

  /// Finds out where a message goes.
  private func prepare(_ assignment: Assignment) async -> Preparation {
    let lease = assignment.lease
    let message: Message
    let outgoing: OutgoingMessage
    do throws(PayloadError) {
      message = try Message(payload: lease.payload)
    } catch {
      return .concluded(invalid(lease, error))
    }
    if let early = notYet(message, lease) { return .concluded(early) }
    do throws(Destination.Failure) {
      outgoing = try await destination.address(message)
    } catch {
      return .concluded(unaddressed(message, lease, error))
    }
    if let origin = lease.origin, !origin.instance.isEmpty, origin.instance != outgoing.instance.value {
      return .concluded(.file(Filing(under: outgoing.instance)))
    }
    let host = hosts[outgoing.shard]
    guard let pass = outgoing.shard == nil ? assignment.pass : host.breaker.admit() else {
      return .concluded(held(outgoing, by: host))
    }
    return .ready(Passage(lease, message, outgoing, by: host, pass, assignment.place))
  }

  /// Takes a message that has a destination as far as it may go.
  private func proceed(_ prepared: Passage, _ assignment: Assignment) async -> Conclusion {
    var passage = prepared
    if let gate = rules.gate {
      let permission =
        if let decision = assignment.decision { permission(decision, passage) } else {
          await ask(gate, passage)
        }
      switch permission {
      case .begun(let marked): passage = marked
      case .refused(let settlement): return unsent(passage, settlement)
      }
    }
    if let since = passage.message.uncertainSince, let settlement = await reconcile(passage, since) {
      return unsent(passage, settlement)
    }
    let instance = passage.outgoing.instance
    guard passage.host.breaker.stillAdmits(passage.pass), loads.enter(instance) else {
      return unsent(passage, .release)
    }
    guard case .granted(let waited) = await limiter.acquire() else { return withdrawn(passage, .release) }
    events.emit(.tokenGranted(after: waited))
    guard held.holds(passage.place, at: clock.now + leaseMargin) else {
      return withdrawn(passage, runsOut(passage.message))
    }
    guard passage.host.breaker.stillAdmits(passage.pass) else { return withdrawn(passage, .release) }
    let limits = rules.limits(instance)
    var begun = passage
    if limits != nil || !assignment.beginsAtOnce || passage.lease.origin?.isGuarded == true {
      switch await begin(passage, within: limits) {
      case .begun(let passage): begun = passage
      case .refused(let settlement): return withdrawn(passage, settlement)
      }
    }
    let start = clock.now
    let result = await send(begun)
    learn(result, begun)
    switch result {
    case .success:
      var lease = begun.lease
      if lease.start != nil { lease.timeSinceStart = clock.now - start }
      if rules.keepsOrder { await keepOrder(begun, .acknowledge) }
      return .settle(lease, .acknowledge)
    // Cut off at the end of the grace period before a byte of it was written: it was never tried.
    case .failure(let failure) where failure.kind == .connectionFailed && Task.isCancelled:
      return .settle(begun.lease, .release)
    case .failure(let failure): return .judge(begun, failure)
    }
  }

  enum Beginning {
    case begun(Passage)
    /// Not now; nil when the queue has put the message back by itself.
    case refused(Settlement?)
  }

  /// Tells the queue that a message is about to be sent, and keeps to its instance's limits.
  private func begin(_ passage: Passage, within limits: InstanceStart?) async -> Beginning {
    var lease = passage.lease
    let instance = passage.outgoing.instance
    do throws(QueueError) {
      guard let limits else { return try await queue.noteBegun(lease) ? .begun(passage) : .refused(.release) }
      if lease.origin?.isGuarded != true {
        let since = lease.origin?.since ?? wallClock()
        lease.origin = Lease.Origin(group: instance.value, isGuarded: true, since: since)
      }
      lease.start = limits
      switch try await queue.begin(lease, on: instance, within: limits) {
      case .granted:
        // Where sends may overlap, the next one need not wait for the end of this one.
        if limits.concurrency != 1 { announce(after: limits.interval) }
        return .begun(passage.under(lease))
      case .putBack(let reason):
        events.emit(.putBack(lease, reason))
        return .refused(nil)
      case .lost: return .refused(.release)
      }
    } catch {
      events.emit(.startFailed(lease, error))
      return .refused(.release)
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
  private func unsent(_ passage: Passage, _ settlement: Settlement?) -> Conclusion {
    note(.abandoned, of: passage.pass, at: passage.host)
    return settlement.map { .settle(passage.lease, $0) } ?? .settled
  }

  /// The same for one that had been let in by its instance's bulkhead.
  private func withdrawn(_ passage: Passage, _ settlement: Settlement?) -> Conclusion {
    loads.abandon(passage.outgoing.instance)
    return unsent(passage, settlement)
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
