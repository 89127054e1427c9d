internal import Concurrency
public import Messaging
public import ServiceLifecycle
public import Time

/// What is kept of instances beside their messages.
public protocol InstanceKeeping: Sendable {
  /// What is written down of single instances' limits: instance → document.
  func limitDocuments() async throws(QueueError) -> [String: [UInt8]]

  /// Looks anew whether an instance may go on: it was found to be connected again, or its limits are others, and with them
  /// perhaps its interval.
  func reconsider(_ instance: InstanceName, pacedBy interval: Duration?) async throws(QueueError)

  /// Takes some of the stopped instances that should be looked at, none of which is given to anybody else for a while.
  func stoppedInstances(lookedAtBefore age: Duration) async throws(QueueError) -> [StoppedInstance]

  /// Keeps what a look at an instance's connection gave.
  func note(_ connection: InstanceConnection?, of instance: InstanceName) async throws(QueueError)
}

/// An instance that is stopped.
public struct StoppedInstance: Sendable, Equatable {
  /// The instance.
  public let instance: InstanceName
  /// What the last look at its connection gave; nil when there was none, or it could not be told.
  public let lastConnection: InstanceConnection?

  /// An instance that is stopped.
  public init(instance: InstanceName, lastConnection: InstanceConnection?) {
    self.instance = instance
    self.lastConnection = lastConnection
  }

  /// Whether a trial is worth it now, whenever the next one was to be: its connection was not open before, and is. A state
  /// that has been open all the time says nothing: sends failed in spite of it.
  public func isBack(with connection: InstanceConnection?) -> Bool {
    connection == .open && lastConnection != nil && lastConnection != .open
  }
}

/// Keeps what is known of instances up to date: their limits as an operator writes them down, and whether one that is stopped
/// is connected again.
public struct InstanceKeeper: Service {
  private static let limitInterval = Duration.seconds(2)
  private static let lookInterval = Duration.seconds(5)
  private static let lookAge = Duration.seconds(15)

  private let store: any InstanceKeeping
  private let book: InstanceLimitBook
  private let probe: any InstanceStateProbe
  private let shard: @Sendable (InstanceName) async -> Shard?
  private let events: DeliveryEvents
  private let clock: MonotonicClock

  /// A keeper.
  ///
  /// - Parameters:
  ///   - store: where limits and stops are kept.
  ///   - book: told what the limits are.
  ///   - probe: looks at instances' connections.
  ///   - shard: on which server an instance lives; nil where one has all.
  ///   - events: told of failures.
  ///   - clock: the clock for waits.
  public init(
    store: any InstanceKeeping, book: InstanceLimitBook, probe: any InstanceStateProbe,
    shard: @escaping @Sendable (InstanceName) async -> Shard? = { _ in nil }, events: DeliveryEvents = DeliveryEvents(),
    clock: MonotonicClock = MonotonicClock()
  ) {
    self.store = store
    self.book = book
    self.probe = probe
    self.shard = shard
    self.events = events
    self.clock = clock
  }

  /// Works until the service group shuts down.
  public func run() async {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await repeatedly(.limits, every: Self.limitInterval) { () async throws(QueueError) in try await readLimits() }
        }
        group.addTask {
          await repeatedly(.looks, every: Self.lookInterval) { () async throws(QueueError) in try await look() }
        }
      }
    }
  }

  private func readLimits() async throws(QueueError) {
    let (changed, problems) = book.replace(try await store.limitDocuments())
    for (instance, problem) in problems { events.emit(.limitsFaulty(instance: instance, problem)) }
    for name in changed {
      guard let instance = InstanceName(name) else { continue }
      try await store.reconsider(instance, pacedBy: book.interval(of: instance))
    }
  }

  private func look() async throws(QueueError) {
    for stopped in try await store.stoppedInstances(lookedAtBefore: Self.lookAge) where !Task.isCancelled {
      let connection = await probe.connectionState(of: stopped.instance, shard: shard(stopped.instance))
      if stopped.isBack(with: connection) { try await store.reconsider(stopped.instance, pacedBy: nil) }
      try await store.note(connection, of: stopped.instance)
    }
  }

  private func repeatedly(
    _ step: QueueUpkeep.Step, every interval: Duration, _ work: () async throws(QueueError) -> Void
  ) async {
    while !Task.isCancelled {
      do throws(QueueError) {
        try await work()
      } catch {
        events.emit(.upkeepFailed(step, error))
      }
      try? await clock.sleep(for: interval)
    }
  }
}
