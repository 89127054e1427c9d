internal import Delivery
internal import Synchronization

/// What the server's clock shows by now, going by when it was last read: times are the queue's, not those of the
/// machines that work on it.
final class ServerClock: Sendable {
  private struct Reading {
    let time: Timestamp
    let at: ContinuousClock.Instant

    var now: Timestamp { time.advanced(by: at.duration(to: .now)) }
  }

  /// How long the question after the time may have taken for the answer to say what time it is.
  private static let patience = Duration.milliseconds(250)
  private let last = Mutex<Reading?>(nil)

  /// The server's time; nil while it was never read.
  var now: Timestamp? { last.withLock(\.self)?.now }

  /// Notes what the server's clock showed, in milliseconds of the epoch.
  func note(_ milliseconds: Int, askedAt start: ContinuousClock.Instant) {
    let now = ContinuousClock.now
    guard start.duration(to: now) < Self.patience else { return }
    last.withLock { $0 = Reading(time: Timestamp(milliseconds: milliseconds), at: now) }
  }
}
