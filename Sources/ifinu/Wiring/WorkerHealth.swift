import Delivery
import Monitoring
import Observability

/// What /livez and /readyz say of a worker.
struct WorkerHealth: Sendable {
  let pool: WorkerPool
  let metrics: DeliveryMetrics

  /// How long the fetch loop may go without a round that succeeded.
  private static let progressBound = Duration.seconds(60)

  /// Alive: the fetch loop goes round, or the worker is about to end, which has a time of its own.
  var liveness: HealthReport {
    guard !pool.isDraining else { return .healthy }
    let idle = pool.timeSinceProgress
    guard idle > Self.progressBound else { return .healthy }
    return .unhealthy(reasons: ["no progress of the fetch loop for \(idle.components.seconds) s"])
  }

  /// Ready: it can take messages.
  var readiness: HealthReport {
    var reasons: [String] = []
    if !metrics.isQueueUp { reasons.append("Redis is away, or refuses") }
    if metrics.isDeadLetterStoreFull {
      reasons.append(
        "the dead letters are full, so that no message is taken: requeue or purge some, or raise IFINU_DLQ_MAX")
    }
    if pool.isDraining { reasons.append("draining") }
    return reasons.isEmpty ? .healthy : .unhealthy(reasons: reasons)
  }
}
