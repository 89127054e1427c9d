public import Concurrency
public import ServiceLifecycle
public import Time

/// What a queue needs done beside delivery: scheduled messages go back to their lanes when they are due, those of
/// vanished workers are recovered, and what the queue holds is counted for the gauges.
///
/// Every process does it; each step is atomic in the queue, so that they don't get in each other's way.
public struct QueueUpkeep: Service {
  /// What is done again and again.
  public enum Step: String, Sendable {
    /// Scheduled messages that are due go to their lanes.
    case promotion
    /// The messages of expired leases go back to their lanes.
    case recovery
    /// What the queue holds is counted.
    case snapshot
    /// The instances for which something waits are counted.
    case census
    /// What waited too long for a stopped instance is buried.
    case overdue
    /// The instances' limits are read.
    case limits
    /// Stopped instances are looked at.
    case looks
  }

  private let queue: any MessageQueue
  private let events: DeliveryEvents
  private let clock: MonotonicClock
  private let recoveryInterval: Duration
  private let parkMax: Duration
  private let dueSoon: AutoResetEvent

  /// How often the schedule is looked at, at least.
  static let promotionInterval = Duration.seconds(1)
  private static let snapshotInterval = Duration.seconds(2)
  private static let overdueInterval = Duration.seconds(5)

  /// How often expired leases are looked for, by how long a lease lasts.
  package static func recoveryInterval(lease: Duration) -> Duration {
    max(.milliseconds(250), min(.seconds(5), lease / 4))
  }

  /// The upkeep of a queue whose leases last that long, and whose messages wait for a stopped instance for `parkMax` at
  /// most; `dueSoon` has it look at the schedule at once.
  public init(
    queue: any MessageQueue, lease: Duration, parkMax: Duration = .seconds(86_400),
    events: DeliveryEvents = DeliveryEvents(),
    clock: MonotonicClock = MonotonicClock(), dueSoon: AutoResetEvent = AutoResetEvent()
  ) {
    self.queue = queue
    self.events = events
    self.clock = clock
    self.dueSoon = dueSoon
    self.parkMax = parkMax
    recoveryInterval = Self.recoveryInterval(lease: lease)
  }

  /// Works until the service group shuts down.
  public func run() async {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await repeatedly(.promotion, orAt: dueSoon) { () async throws(QueueError) in try await promote() }
        }
        group.addTask { await repeatedly(.recovery) { () async throws(QueueError) in try await recover() } }
        group.addTask {
          await repeatedly(.snapshot) { () async throws(QueueError) in
            let snapshot = try await queue.snapshot()
            if let fault = snapshot.writeFault ?? snapshot.fault { throw fault }
            return Self.snapshotInterval
          }
        }
        group.addTask {
          await repeatedly(.census) { () async throws(QueueError) in
            _ = try await queue.census()
            return Self.snapshotInterval
          }
        }
        group.addTask { await repeatedly(.overdue) { () async throws(QueueError) in try await buryOverdue() } }
      }
    }
  }

  private func promote() async throws(QueueError) -> Duration {
    let promotion = try await queue.promote()
    return min(promotion.nextDue ?? Self.promotionInterval, Self.promotionInterval)
  }

  private func recover() async throws(QueueError) -> Duration {
    let recovery = try await queue.recover()
    events.emit(.recovered(recovery))
    if let fault = recovery.fault { throw fault }
    return recovery.recovered > 0 ? .zero : recoveryInterval
  }

  private func buryOverdue() async throws(QueueError) -> Duration {
    let count = try await queue.buryOverdue(after: parkMax)
    guard count > 0 else { return Self.overdueInterval }
    events.emit(.overdueBuried(count: count))
    return .zero
  }

  /// Repeats a step after the pause that it asks for, or when the event is signalled; after a failure, after a second.
  private func repeatedly(
    _ step: Step, orAt event: AutoResetEvent = AutoResetEvent(), _ work: () async throws(QueueError) -> Duration
  ) async {
    while !Task.isCancelled {
      var rest = Duration.seconds(1)
      do throws(QueueError) {
        rest = try await work()
      } catch {
        events.emit(.upkeepFailed(step, error))
      }
      await event.wait(atMost: max(rest, .milliseconds(2)), on: clock)
    }
  }
}
