import RedisQueue
import ServiceLifecycle

/// Lets go of the queue when the time for shutting down is over: what still waits for a Redis that is away fails then,
/// instead of keeping the process until it is killed.
struct QueueRelease: Service {
  let queue: RedisMessageQueue
  let grace: Duration

  func run() async {
    try? await gracefulShutdown()
    // The task of its own outlives the service, which must end for the others to be shut down.
    Task {
      try? await Task.sleep(for: grace)
      queue.close()
    }
  }
}
