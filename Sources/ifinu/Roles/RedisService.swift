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
