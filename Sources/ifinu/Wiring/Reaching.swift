import Delivery

/// Does something with the queue, and says in one line what is wrong when that fails.
///
/// - Throws: ``WorkFailure``: with the code for "try again" when Redis is away, for a failure when it refuses.
func reaching<Value>(
  _ configuration: Configuration, _ operation: () async throws(QueueError) -> Value
) async throws(WorkFailure) -> Value {
  do throws(QueueError) {
    return try await operation()
  } catch {
    let place = "Redis at \(configuration.redis.url) (IFINU_REDIS_URL)"
    switch error {
    case .unavailable(let cause), .interrupted(let cause): throw .away("\(place) is away: \(cause)")
    case .full: throw WorkFailure(message: "\(place): \(error)")
    case .denied(let cause), .refused(let cause): throw WorkFailure(message: "\(place) refuses: \(cause)")
    }
  }
}
