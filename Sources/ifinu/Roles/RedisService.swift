import Delivery
import Logging
import RedisQueue
import ServiceLifecycle

/// Keeps the queue's connections until everything that uses them has ended, and looks once at how the server is set up.
struct RedisService: Service {
  let queue: RedisMessageQueue
  let logger: Logger

  func run() async {
    await cancelWhenGracefulShutdown { await checkServer() }
    try? await gracefulShutdown()
    queue.close()
  }

  /// Warns of what endangers the queue, as soon as the server can be asked.
  private func checkServer() async {
    while !Task.isCancelled {
      do throws(QueueError) {
        for warning in try await queue.warnings() { logger.warning("\(warning)") }
        return
      } catch {
        switch error {
        case .unavailable, .interrupted: continue
        case .denied, .refused, .full: break
        }
        return logger.error("Redis refuses", metadata: ["error": "\(error)"])
      }
    }
  }
}

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
