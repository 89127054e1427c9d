/// The pool's constants that were found by measuring; docs/PERFORMANCE.md says what the others cost.
struct WorkerTuning: Sendable {
  /// While fewer than this share of the slots are free, fetches are ``fetchInterval`` apart: a call to the queue for each
  /// slot that becomes free costs more than it gains.
  var shareWorthFetching = 16
  /// How far apart fetches are then.
  var fetchInterval = Duration.milliseconds(4)
  /// How long to wait when the rate limiter would let nothing go, or messages in flight take up the dead letters' room.
  var limitedInterval = Duration.milliseconds(50)
  /// The longest wait for what is announced: a slot, room, the breaker's probe.
  var longestWait = Duration.seconds(1)
  /// How long one wait for messages lasts.
  var messageWait = Duration.seconds(5)
  /// The shortest wait for messages that are announced for a time.
  var dueWait = Duration.milliseconds(5)
  /// How often it is looked, while all slots are busy, whether some are held by an instance whose answers don't come.
  var lendingInterval = Duration.milliseconds(250)
  /// How long it stays open whose fault a failure was, for what follows it to tell.
  var judgementPatience = Duration.milliseconds(500)
  /// The first and the longest wait after a call to the queue that failed.
  var backoff = Duration.milliseconds(50)...Duration.seconds(2)
  /// How many leases are extended with one call.
  var leasesPerExtension = 500
}
