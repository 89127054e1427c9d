public import Concurrency
public import Logging
public import ServiceLifecycle
internal import Synchronization
public import Time

/// Takes messages from the queue and delivers them, a fixed number at a time, until told to shut down.
///
/// Shutting down: no message is taken any more; those that wait for a token go back to the front of their lanes; those
/// on the wire have until the end of the grace period, and are then cut off and settled as what is known of them.
public final class WorkerPool: Service {
  private let configuration: WorkerConfiguration
  private let queue: any MessageQueue
  private let limiter: RateLimiter
  private let breaker: CircuitBreaker
  private let delivery: MessageDelivery
  private let held = HeldLeases()
  private let resting = RestingWorkers()
  private let grace: GracePeriod
  private let slots: Slots
  private let clock: MonotonicClock
  private let logger: Logger
  private let draining = ManualResetEvent()
  private let lastProgress: Mutex<Duration>
  private let metrics: DeliveryMetrics

  /// How far apart fetches are while nearly all slots are busy: a call to the queue for each one that becomes free
  /// costs more than it gains.
  private static let restWhileBusy = Duration.milliseconds(4)

  /// A pool at rest.
  ///
  /// - Parameters:
  ///   - configuration: how many at a time, how fast, and the rules for what fails.
  ///   - queue: where messages come from.
  ///   - directory: which instance a tenant's messages go out on.
  ///   - router: on which shard an instance lives; nil where one server has all.
  ///   - sender: what sends them.
  ///   - metrics: what counts them.
  ///   - clock: the clock for waits.
  ///   - wallClock: the time of day, for due times.
  ///   - dueSoon: told when a message was scheduled for so soon that the upkeep should look at the schedule again.
  ///   - logger: told what goes wrong.
  public init(
    configuration: WorkerConfiguration, queue: any MessageQueue, directory: any InstanceDirectory,
    router: ShardRouter? = nil, sender: any MessageSender, metrics: DeliveryMetrics,
    clock: MonotonicClock = MonotonicClock(),
    wallClock: @escaping @Sendable () -> Timestamp, dueSoon: AutoResetEvent = AutoResetEvent(), logger: Logger
  ) {
    self.configuration = configuration
    self.queue = queue
    self.clock = clock
    self.logger = logger
    self.metrics = metrics
    limiter = RateLimiter(rate: configuration.rate, burst: configuration.burst, clock: clock)
    breaker = CircuitBreaker(
      failureLimit: configuration.breakerFailures, cooldown: configuration.breakerCooldown, clock: clock)
    slots = Slots(configuration.workers)
    grace = GracePeriod(configuration.shutdownGrace)
    lastProgress = Mutex(clock.now)
    delivery = MessageDelivery(
      queue: queue, sender: sender,
      destination: Destination(
        directory: directory, router: router, defaultInstance: configuration.defaultInstance,
        testNumber: configuration.testNumber),
      limiter: limiter, breaker: breaker, policy: configuration.policy, slots: slots, held: held,
      grace: grace, leaseMargin: configuration.lease / 3, metrics: metrics, clock: clock, wallClock: wallClock,
      dueSoon: dueSoon, logger: logger)
  }

  /// Delivers until the service group shuts down.
  public func run() async {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.keepLeases() }
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
    slots.news.signal()
  }

  private func work() async {
    await withDiscardingTaskGroup { deliveries in
      var failures = 0
      var isPaused = false
      var lastFetch: Duration?
      while !draining.isSet && !Task.isCancelled {
        if let lastFetch, let rest = restBeforeFetching(after: lastFetch) {
          queue.holdSettlements(true)
          await slots.awaitFree(slotsWorthFetching, atMost: rest, on: clock)
          continue
        }
        let budget = self.budget
        guard budget > 0 else {
          queue.holdSettlements(false)
          noteProgress()
          await awaitBudget()
          continue
        }
        lastFetch = clock.now
        do throws(QueueError) {
          guard let assignments = try await fetch(upTo: budget) else { continue }
          noteProgress()
          for assignment in assignments where !resting.hand(assignment) {
            deliveries.addTask { await self.serve(assignment) }
          }
          if assignments.isEmpty {
            queue.holdSettlements(false)
            try await awaitMessages()
          }
          failures = 0
          noteIntake(isPaused: false, &isPaused)
        } catch .full(let dead, let limit) {
          queue.holdSettlements(false)
          noteProgress()
          if dead >= limit { noteIntake(isPaused: true, &isPaused) }
          await slots.news.wait(atMost: dead >= limit ? .seconds(1) : .milliseconds(50), on: clock)
        } catch {
          queue.holdSettlements(false)
          failures += 1
          await rest(after: error, failures: failures)
        }
      }
      queue.holdSettlements(false)
      resting.close()
      await finish()
      deliveries.cancelAll()
    }
  }

  /// How many messages may be taken now: no more than there are free slots, than the breaker lets through, and than
  /// the rate will let go within a second, so that an urgent message never stands behind a long row of others.
  private var budget: Int {
    bytesToSpare > 0 ? min(slots.free, breaker.allowance, limiter.headroom(within: .seconds(1))) : 0
  }

  private var bytesToSpare: Int { configuration.bytesInFlight - held.bytes }

  /// What is left of the rest while few slots are free; nil when a fetch may go ahead.
  private func restBeforeFetching(after lastFetch: Duration) -> Duration? {
    guard slots.free < slotsWorthFetching else { return nil }
    let rest = lastFetch + Self.restWhileBusy - clock.now
    return rest > .zero ? rest : nil
  }

  /// How many free slots are worth a call to the queue at once.
  private var slotsWorthFetching: Int { slots.count / 16 }

  private func awaitBudget() async {
    if slots.free <= 0 || bytesToSpare <= 0 {
      await slots.news.wait(atMost: .seconds(1), on: clock)
    } else if breaker.allowance == 0 {
      await slots.news.wait(
        atMost: max(.milliseconds(1), min(breaker.timeToProbe ?? .seconds(1), .seconds(1))), on: clock)
    } else {
      await slots.news.wait(atMost: .milliseconds(50), on: clock)
    }
  }

  /// Takes messages; nil when the breaker has opened meanwhile, or what was taken was no message.
  private func fetch(upTo limit: Int) async throws(QueueError) -> [Assignment]? {
    guard let pass = breaker.admit() else { return nil }
    let validUntil = clock.now + configuration.lease
    var leases: [Lease] = []
    defer { if pass == .probe && leases.isEmpty { _ = breaker.record(.abandoned, of: pass) } }
    let reservation = try await queue.reserve(upTo: pass == .probe ? 1 : limit, bytes: bytesToSpare)
    leases = reservation.leases
    if reservation.oversized > 0 {
      metrics.countOversized(reservation.oversized)
      logger.error(
        "messages too large to be read went to the dead letters", metadata: ["count": "\(reservation.oversized)"])
      // There may be more behind them.
      if leases.isEmpty { return nil }
    }
    slots.take(leases.count)
    return leases.map { Assignment(lease: $0, place: held.add($0, validUntil: validUntil), pass: pass) }
  }

  private func noteIntake(isPaused: Bool, _ wasPaused: inout Bool) {
    guard isPaused != wasPaused else { return }
    wasPaused = isPaused
    if isPaused {
      logger.error(
        "the dead letters are full: no message is taken until some are requeued or purged, or the bound is raised")
    } else {
      logger.notice("there is room among the dead letters again: messages are taken")
    }
  }

  /// A worker's life: one message after the other.
  private func serve(_ first: Assignment) async {
    var assignment: Assignment? = first
    while let current = assignment {
      await delivery.deliver(current)
      noteProgress()
      assignment = await resting.next()
    }
  }

  /// Waits for a message; draining ends the wait.
  private func awaitMessages() async throws(QueueError) {
    let result = await withTaskGroup(of: Result<Void, QueueError>.self) { group in
      group.addTask {
        do throws(QueueError) {
          return .success(try await self.queue.awaitMessages(atMost: .seconds(5)))
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        await self.draining.wait()
        return .success(())
      }
      let first = await group.next()
      group.cancelAll()
      return first ?? .success(())
    }
    try result.get()
  }

  private func rest(after error: QueueError, failures: Int) async {
    logger.warning("no messages fetched", metadata: ["error": "\(error)"])
    let duration = min(Duration.milliseconds(50) * (1 << min(failures, 6)), .seconds(2))
    await draining.wait(atMost: duration, on: clock)
  }

  /// Gives what is on the wire its time to end.
  private func finish() async {
    logger.info("draining", metadata: ["in_flight": "\(slots.unsettled)"])
    while slots.unsettled > 0 && timeToFinish > .zero && !Task.isCancelled {
      await slots.news.wait(atMost: timeToFinish, on: clock)
    }
    if slots.unsettled > 0 { logger.warning("grace period over", metadata: ["cut_off": "\(slots.unsettled)"]) }
  }

  /// What is left of the grace period without the end of it that is kept for settling.
  private var timeToFinish: Duration { grace.remaining(at: clock.now) - configuration.settlingReserve }

  /// Keeps the leases alive while their messages are worked on; a path of its own, so that slow work can't starve it.
  private func keepLeases() async {
    let interval = configuration.lease / 3
    var rest = interval
    while (try? await clock.sleep(for: rest)) != nil {
      // Whoever could not be heard tries again soon: others begin to recover when the queue is back.
      rest = await extendLeases() ? interval : min(.seconds(1), interval / 3)
    }
  }

  /// Extends all leases that are held; false when that did not succeed.
  private func extendLeases() async -> Bool {
    let leases = held.all
    for start in stride(from: 0, to: leases.count, by: 500) {
      let batch = leases[start..<min(start + 500, leases.count)]
      let validUntil = clock.now + configuration.lease
      do throws(QueueError) {
        held.extend(batch, validUntil: validUntil, except: try await queue.extend(batch.map(\.token)))
      } catch {
        logger.warning("leases not extended", metadata: ["error": "\(error)"])
        return false
      }
    }
    return true
  }

  private func noteProgress() { lastProgress.withLock { $0 = clock.now } }
}

extension WorkerPool {
  /// What a scrape may ask the pool for.
  var gauges: WorkerGauges { WorkerGauges(slots: slots, limiter: limiter, breaker: breaker) }
}
