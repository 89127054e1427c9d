public import Concurrency
public import Messaging
public import ServiceLifecycle
internal import Synchronization
public import Time

/// Takes messages from the queue and delivers them, a fixed number at a time, until told to shut down.
///
/// Shutting down: no message is taken any more; those that wait for a token go back to the front of their lanes; those
/// on the wire have until the end of the grace period, and are then cut off and settled as what is known of them.
public final class WorkerPool: Service {
  let configuration: WorkerConfiguration
  let queue: any MessageQueue
  let limiter: RateLimiter
  let hosts: Hosts
  let loads: InstanceLoads
  let hostProbe: (any HostProbe)?
  /// Signalled when messages may go that could not before.
  let readiness = AutoResetEvent()
  let sorting = AutoResetEvent()
  let throughput: Throughput
  let delivery: MessageDelivery
  let held = LeaseTable()
  let idle = IdleWorkers()
  private let grace: GracePeriod
  let slots: Slots
  let clock: MonotonicClock
  let draining = ManualResetEvent()
  private let lastProgress: Mutex<Duration>
  let events: DeliveryEvents

  /// A pool at rest.
  ///
  /// - Parameters:
  ///   - configuration: how many at a time, how fast, and the rules for what fails.
  ///   - queue: where messages come from.
  ///   - directory: which instance a tenant's messages go out on.
  ///   - router: on which shard an instance lives; nil where one server has all.
  ///   - sender: what sends them.
  ///   - lookup: what looks for those that may have been sent; nil looks for none.
  ///   - hostProbe: what looks whether a host that failed is back; nil finds out by a message.
  ///   - limits: what an instance keeps to now; nil when it has no limits.
  ///   - gate: what decides whether a message may still go out; nil lets all go.
  ///   - events: told what happens.
  ///   - clock: the clock for waits.
  ///   - wallClock: the time of day, for due times.
  ///   - dueSoon: told when a message was scheduled for so soon that the upkeep should look at the schedule again.
  public init(
    configuration: WorkerConfiguration, queue: any MessageQueue, directory: any InstanceDirectory,
    router: ShardRouter? = nil, sender: any MessageSender, lookup: (any SentMessageLookup)? = nil,
    hostProbe: (any HostProbe)? = nil,
    limits: @escaping @Sendable (InstanceName) -> InstanceStart? = { _ in nil }, gate: (any SendGate)? = nil,
    events: DeliveryEvents = DeliveryEvents(),
    clock: MonotonicClock = MonotonicClock(),
    wallClock: @escaping @Sendable () -> Timestamp, dueSoon: AutoResetEvent = AutoResetEvent()
  ) {
    self.configuration = configuration
    self.queue = queue
    self.clock = clock
    self.events = events
    limiter = RateLimiter(rate: configuration.rate, burst: configuration.burst, clock: clock)
    hosts = Hosts(
      failureLimit: configuration.breakerFailures, cooldown: configuration.breakerCooldown,
      patience: configuration.tuning.judgementPatience, clock: clock)
    loads = InstanceLoads(slots: configuration.workers, clock: clock)
    self.hostProbe = hostProbe
    throughput = Throughput(clock: clock)
    slots = Slots(configuration.workers)
    grace = GracePeriod(configuration.shutdown.delivery)
    lastProgress = Mutex(clock.now)
    delivery = MessageDelivery(
      queue: queue, sender: sender,
      destination: Destination(
        directory: directory, router: router, defaultInstance: configuration.defaultInstance,
        testNumber: configuration.testNumber),
      limiter: limiter, hosts: hosts, loads: loads,
      rules: DeliveryRules(
        verdicts: configuration.policy, stops: configuration.stops, reconciliation: configuration.reconciliation,
        limits: limits, gate: gate, quietHours: configuration.quietHours, keepsOrder: configuration.keepsOrder,
        lookup: lookup),
      slots: slots, held: held, grace: grace, leaseMargin: configuration.lease / 3, events: events, clock: clock,
      wallClock: wallClock, dueSoon: dueSoon, readiness: readiness)
  }

  /// Delivers until the service group shuts down.
  public func run() async {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.keepLeases() }
        group.addTask { await self.sortLanes() }
        await work()
        group.cancelAll()
      }
    } onGracefulShutdown: {
      self.drain()
    }
  }

  /// Whether shutting down has begun.
  public var isDraining: Bool { draining.isSet }

  /// How long ago the fetch loop last went round and found the queue answering, or had good reason not to ask; zero
  /// while every slot is busy, since it has nothing to do then, however long that lasts.
  public var timeSinceProgress: Duration { slots.free <= 0 ? .zero : clock.now - lastProgress.withLock(\.self) }

  private func drain() {
    grace.begin(at: clock.now)
    draining.set()
    limiter.close()
    slots.changed.signal()
  }

  private func work() async {
    await withDiscardingTaskGroup { deliveries in
      var fetching = Fetching()
      while !draining.isSet && !Task.isCancelled {
        let pause = await fetch(&fetching) { batch in deliveries.addTask { await self.admit(batch) } }
        queue.holdSettlements(pause.endsWithReservation)
        await wait(pause, &fetching)
      }
      queue.holdSettlements(false)
      idle.close()
      await finish()
      deliveries.cancelAll()
    }
  }

  /// What one fetch leaves to the next.
  private struct Fetching {
    var last: Duration?
    var failures = 0
    var isIntakePaused = false
  }

  /// What the fetch loop waits for before it goes on.
  private enum Pause {
    /// Nothing: messages were taken.
    case none
    /// Nothing: the breaker has opened meanwhile, or what was taken was no message.
    case inVain
    /// More free slots, or the time for a fetch.
    case slots(Duration)
    /// A slot, room in memory, the breaker or the limiter.
    case budget
    /// A message.
    case messages(nextDue: Duration?)
    /// Room among the dead letters; whether they are full, or those in flight may fill them.
    case deadLetterRoom(isFull: Bool)
    /// Some time after a call to the queue that failed.
    case failure

    /// Whether the next reservation comes within milliseconds, so that settlements may wait for it.
    var endsWithReservation: Bool {
      switch self {
      case .none, .inVain, .slots: true
      case .budget, .messages, .deadLetterRoom, .failure: false
      }
    }
  }

  /// Takes messages, if it is time to, and gives them to workers.
  private func fetch(_ fetching: inout Fetching, start: ([Assignment]) -> Void) async -> Pause {
    if let last = fetching.last, let rest = restBeforeFetching(after: last) { return .slots(rest) }
    let budget = self.budget
    guard budget > 0 else {
      noteProgress()
      return .budget
    }
    fetching.last = clock.now
    do throws(QueueError) {
      guard let (assignments, nextDue) = try await reserve(upTo: budget) else { return .inVain }
      noteProgress()
      if !assignments.isEmpty { start(assignments) }
      if assignments.isEmpty { return .messages(nextDue: nextDue) }
      fetching.failures = 0
      noteIntake(isPaused: false, &fetching)
      return .none
    } catch .full(let dead, let limit) {
      noteProgress()
      if dead >= limit { noteIntake(isPaused: true, &fetching) }
      return .deadLetterRoom(isFull: dead >= limit)
    } catch {
      return failed(error, &fetching)
    }
  }

  private func wait(_ pause: Pause, _ fetching: inout Fetching) async {
    switch pause {
    case .none, .inVain: break
    case .slots(let rest): await slots.awaitFree(slotsWorthFetching, atMost: rest, on: clock)
    case .budget: await awaitBudget()
    case .messages(let nextDue):
      do throws(QueueError) {
        try await awaitMessages(atMost: nextDue)
        fetching.failures = 0
        noteIntake(isPaused: false, &fetching)
      } catch {
        await wait(failed(error, &fetching), &fetching)
      }
    case .deadLetterRoom(let isFull):
      await slots.changed.wait(atMost: isFull ? tuning.longestWait : tuning.limitedInterval, on: clock)
    case .failure:
      let backoff = tuning.backoff.lowerBound * (1 << min(fetching.failures, 6))
      await draining.wait(atMost: min(backoff, tuning.backoff.upperBound), on: clock)
    }
  }

  private func failed(_ error: QueueError, _ fetching: inout Fetching) -> Pause {
    fetching.failures += 1
    events.emit(.fetchFailed(error))
    return .failure
  }

  /// How many messages may be taken now: no more than there are free slots, than the breaker lets through, and than
  /// the rate will let go within a second, so that an urgent message never stands behind a long row of others.
  private var budget: Int {
    bytesToSpare > 0 ? min(slotsToGive, hosts[nil].breaker.allowance, limiter.headroom(within: .seconds(1))) : 0
  }

  /// Free slots, and those which instances hold whose answers don't come: they are lent to others.
  private var slotsToGive: Int { slots.free + loads.late.lent }

  var bytesToSpare: Int { configuration.bytesInFlight - held.bytes }

  /// What is left of the rest while few slots are free; nil when a fetch may go ahead.
  private func restBeforeFetching(after lastFetch: Duration) -> Duration? {
    guard slots.free < slotsWorthFetching else { return nil }
    let rest = lastFetch + tuning.fetchInterval - clock.now
    return rest > .zero ? rest : nil
  }

  /// How many free slots are worth a call to the queue at once.
  private var slotsWorthFetching: Int { slots.count / tuning.shareWorthFetching }

  var tuning: WorkerTuning { configuration.tuning }

  private func awaitBudget() async {
    var longest = tuning.limitedInterval
    if slots.free <= 0 || bytesToSpare <= 0 {
      longest = tuning.lendingInterval
    } else if hosts[nil].breaker.allowance == 0 {
      longest = max(.milliseconds(1), min(hosts[nil].breaker.timeToProbe ?? tuning.longestWait, tuning.longestWait))
    }
    await slots.changed.wait(atMost: longest, on: clock)
  }

  private func noteIntake(isPaused: Bool, _ fetching: inout Fetching) {
    guard isPaused != fetching.isIntakePaused else { return }
    fetching.isIntakePaused = isPaused
    events.emit(isPaused ? .intakePaused : .intakeResumed)
  }

  /// Waits for a message; draining ends the wait.
  private func awaitMessages(atMost nextDue: Duration?) async throws(QueueError) {
    let wait = min(tuning.messageWait, max(nextDue ?? tuning.messageWait, tuning.dueWait))
    let result = await withTaskGroup(of: Result<Void, QueueError>.self) { group in
      group.addTask {
        do throws(QueueError) {
          return .success(try await self.queue.awaitMessages(atMost: wait))
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        await self.draining.wait()
        return .success(())
      }
      group.addTask {
        await self.readiness.wait()
        return .success(())
      }
      let first = await group.next()
      group.cancelAll()
      return first ?? .success(())
    }
    try result.get()
  }

  /// Gives what is on the wire its time to end.
  private func finish() async {
    events.emit(.drainingBegan(unsettled: slots.unsettled))
    while slots.unsettled > 0 && timeToFinish > .zero && !Task.isCancelled {
      await slots.changed.wait(atMost: timeToFinish, on: clock)
    }
    if slots.unsettled > 0 { events.emit(.graceEnded(unsettled: slots.unsettled)) }
  }

  /// What is left of the grace period without the end of it that is kept for settling.
  private var timeToFinish: Duration { grace.remaining(at: clock.now) - configuration.shutdown.settling }

  func noteProgress() { lastProgress.withLock { $0 = clock.now } }
}
