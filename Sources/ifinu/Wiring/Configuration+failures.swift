import Delivery
import Redis
import RedisQueue

extension Configuration {
  /// Does something with the queue, and says in one line what is wrong when that fails.
  ///
  /// - Throws: ``WorkFailure``.
  func explainingFailures<Value>(
    _ operation: () async throws(QueueError) -> Value
  ) async throws(WorkFailure) -> Value {
    do throws(QueueError) {
      return try await operation()
    } catch {
      throw WorkFailure(error, at: redis.url)
    }
  }
}

extension WorkFailure {
  /// A failure of the queue: with the code for "try again" when Redis is away.
  init(_ error: QueueError, at url: RedisURL) {
    let place = "Redis at \(url) (IFINU_REDIS_URL)"
    self =
      switch error {
      case .unavailable(let cause), .interrupted(let cause): .away("\(place) is away: \(cause)")
      case .full: WorkFailure(message: "\(place): \(error)")
      case .denied(let cause), .refused(let cause): WorkFailure(message: "\(place) refuses: \(cause)")
      }
  }
}
