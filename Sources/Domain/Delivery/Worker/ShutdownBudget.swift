internal import Synchronization

/// How the time that shutting down may take is divided.
public struct ShutdownBudget: Sendable, Equatable {
  /// All of it, from the signal to the end of the process.
  public var total = Duration.seconds(25)

  /// A budget of so much in all.
  public init(total: Duration = .seconds(25)) { self.total = total }

  /// From the signal until everything is settled, or given up; the remainder is for the end of the process itself.
  public var delivery: Duration { total - min(.milliseconds(250), total / 20) }

  /// The end of ``delivery`` that is kept for settling what is cut off.
  public var settling: Duration { min(.seconds(2), delivery / 5) }

  /// When services are abandoned that have not ended by themselves.
  public var limit: Duration { total + .seconds(5) }
}

/// The time that shutting down may take, once it has begun.
final class GracePeriod: Sendable {
  private let length: Duration
  private let end = Mutex<Duration?>(nil)

  init(_ length: Duration) { self.length = length }

  /// Starts it; only the first time counts.
  func begin(at now: Duration) { end.withLock { $0 = $0 ?? now + length } }

  /// What is left of it; zero when it is over or never began.
  func remaining(at now: Duration) -> Duration { max(.zero, (end.withLock(\.self) ?? now) - now) }
}
