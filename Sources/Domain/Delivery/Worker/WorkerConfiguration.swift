public import Messaging

/// How a ``WorkerPool`` works.
public struct WorkerConfiguration: Sendable {
  /// Messages in flight at once.
  public var workers = 10
  /// How large the payloads in flight may be together: what bounds the memory when they are all of the largest.
  public var bytesInFlight = 32 << 20
  /// Messages a second; 0 for no limit.
  public var rate = 50.0
  /// The rate limiter's bucket.
  public var burst = 100
  /// How long a lease lasts.
  public var lease = Duration.seconds(60)
  /// What becomes of what fails.
  public var policy = VerdictPolicy(
    retry: RetryPolicy(maximumAttempts: 3, base: .seconds(300), factor: 5, cap: .seconds(7200), jitter: 0.1),
    onUncertain: .park)
  /// For how long an instance is stopped that fails.
  public var stops = StopPolicy()
  /// When nobody is written to; nil for never.
  public var quietHours: QuietHours?
  /// Whether later messages to a recipient wait behind one that is to be tried again.
  public var keepsOrder = false
  /// How messages are looked up that may have been sent.
  public var reconciliation = ReconciliationPolicy()
  /// Failures of the host in a row that open the breaker.
  public var breakerFailures = 20
  /// How long the breaker stays open before a probe.
  public var breakerCooldown = Duration.seconds(10)
  /// How long shutting down may take.
  public var shutdown = ShutdownBudget()
  /// The instance for messages that name neither instance nor a known tenant.
  public var defaultInstance: InstanceName?
  /// The recipient of load-test messages.
  public var testNumber: PhoneNumber?
  /// What was found by measuring.
  var tuning = WorkerTuning()

  /// The defaults.
  public init() {}
}
