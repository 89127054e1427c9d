package import Delivery
package import Messaging
import Synchronization

/// A directory of shards that a test fills in, changes, and can take away.
package final class StubShardDirectory: ShardDirectory {
  private struct State {
    var shards: [String: String]
    var fault: QueueError?
    var questions = 0
  }

  private let state: Mutex<State>

  /// A directory with shards by instance.
  package init(_ shards: [String: String] = [:]) { state = Mutex(State(shards: shards)) }

  /// How often it was asked.
  package var questions: Int { state.withLock(\.questions) }

  /// Puts an instance on a shard.
  package func put(_ instance: String, on shard: String) { state.withLock { $0.shards[instance] = shard } }

  /// Sets the error that is answered, or ends it.
  package func fail(with error: QueueError?) { state.withLock { $0.fault = error } }

  /// The shard that the test set.
  package func shard(of instance: InstanceName) async throws(QueueError) -> String? {
    let answer = state.withLock { state -> Result<String?, QueueError> in
      state.questions += 1
      if let fault = state.fault { return .failure(fault) }
      return .success(state.shards[instance.value])
    }
    return try answer.get()
  }
}
