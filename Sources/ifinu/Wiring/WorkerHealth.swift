import Delivery
import HTTPServer

/// What /livez and /readyz say of a worker.
struct WorkerHealth: Sendable {
  let pool: WorkerPool
  let metrics: DeliveryMetrics

  /// How long the fetch loop may go without a round that succeeded: it rests while every slot is busy, and a slot is
  /// busy for as long as a send may take.
  private let progressBound: Duration

  init(pool: WorkerPool, metrics: DeliveryMetrics, sendTimeout: Duration) {
    self.pool = pool
    self.metrics = metrics
    progressBound = .seconds(60) + sendTimeout
  }

  /// Alive: the fetch loop goes round.
  var liveness: HealthReport {
    let idle = pool.timeSinceProgress
    guard idle > progressBound else { return .healthy }
    return .unhealthy(reasons: ["no progress of the fetch loop for \(idle.components.seconds) s"])
  }

  /// Ready: it can take messages.
  var readiness: HealthReport {
    var reasons: [String] = []
    if !metrics.isQueueUp { reasons.append("Redis is away") }
    if pool.isDraining { reasons.append("draining") }
    return reasons.isEmpty ? .healthy : .unhealthy(reasons: reasons)
  }
}
