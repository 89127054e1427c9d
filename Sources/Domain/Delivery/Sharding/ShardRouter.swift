public import Messaging
internal import Synchronization
public import Time

/// Knows on which shard an instance was put, where somebody said so.
public protocol ShardDirectory: Sendable {
  /// The shard's name; nil when nothing was said of this instance.
  func shard(of instance: InstanceName) async throws(QueueError) -> String?
}

/// Finds an instance's shard: the one that the directory names, else the one of its hash.
///
/// What the directory said holds for some seconds, so that it is not asked for every message.
public final class ShardRouter: Sendable {
  private struct Answer {
    let shard: Shard
    let validUntil: Duration
  }

  private static let timeToLive = Duration.seconds(5)
  private static let capacity = 10_000

  private let count: Int
  private let directory: any ShardDirectory
  private let clock: MonotonicClock
  private let answers = Mutex<[InstanceName: Answer]>([:])

  /// A router among shards.
  ///
  /// - Parameters:
  ///   - count: how many shards are numbered, from 0; at least one.
  ///   - directory: which instances were put elsewhere than their hash says.
  ///   - clock: the clock for how long an answer holds.
  public init(count: Int, directory: any ShardDirectory, clock: MonotonicClock = MonotonicClock()) {
    self.count = count
    self.directory = directory
    self.clock = clock
  }

  /// The shard of an instance.
  ///
  /// - Returns: nil when the directory names one that is no label of a host's name.
  /// - Throws: ``QueueError`` when the directory could not be asked.
  public func shard(of instance: InstanceName) async throws(QueueError) -> Shard? {
    let now = clock.now
    if let answer = answers.withLock({ $0[instance] }), now < answer.validUntil { return answer.shard }
    let named = try await directory.shard(of: instance)
    guard let shard = named.map(Shard.init) ?? Shard(hashing: instance, over: count) else { return nil }
    answers.withLock { answers in
      if answers.count >= Self.capacity { answers = answers.filter { now < $0.value.validUntil } }
      if answers.count < Self.capacity { answers[instance] = Answer(shard: shard, validUntil: now + Self.timeToLive) }
    }
    return shard
  }
}
