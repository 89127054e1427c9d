import Delivery
import EvolutionAPI
import Messaging
import RedisQueue
import Time

extension Configuration {
  /// What finds an instance's shard; nil where one server has all instances.
  func makeShardRouter(over directory: any ShardDirectory, clock: MonotonicClock = MonotonicClock()) -> ShardRouter? {
    guard evolution.address.isSharded else { return nil }
    return ShardRouter(count: evolution.shards, directory: directory, clock: clock)
  }

  /// Looks an instance's shard up; nil where one server has all instances.
  ///
  /// - Throws: ``WorkFailure`` when Redis can't be asked, or holds a name that no host can have.
  func shard(of instance: InstanceName) async throws(WorkFailure) -> Shard? {
    guard evolution.address.isSharded else { return nil }
    let queue = try makeQueue()
    defer { queue.close() }
    guard let router = makeShardRouter(over: queue) else { return nil }
    let found = try await explainingFailures { () async throws(QueueError) in try await router.shard(of: instance) }
    guard let found else {
      throw WorkFailure(
        message: "the hash \(redis.keys.prefix)shards has no plain name for \(instance): letters, digits and hyphens")
    }
    return found
  }
}
