/// The clock that the shells around the domain's values live by: a time that only goes forward, told as the distance
/// from where it began, so that decisions are plain arithmetic and tests can turn it by hand.
public struct Timeline: Sendable {
  private let read: @Sendable () -> Duration
  private let rest: @Sendable (Duration) async throws -> Void

  /// A timeline that begins now on a clock.
  public init<C: Clock>(_ clock: C = ContinuousClock()) where C.Duration == Duration {
    let origin = clock.now
    read = { origin.duration(to: clock.now) }
    rest = { try await clock.sleep(for: $0, tolerance: .zero) }
  }

  /// The time since it began.
  public var now: Duration { read() }

  /// Waits.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(for duration: Duration) async throws { try await rest(duration) }
}

extension Duration {
  /// The length in seconds.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
