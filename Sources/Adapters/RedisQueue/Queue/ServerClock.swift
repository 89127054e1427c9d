internal import Synchronization
internal import Time

/// What the server's clock shows by now, going by how far it was from this machine's when it was last read: times are
/// the queue's, not those of the machines that work on it.
final class ServerClock: Sendable {
  /// How long the question after the time may have taken for the answer to say what time it is.
  private static let longestRoundTrip = Duration.milliseconds(250)
  private static let unknown = Int64.min
  /// Nanoseconds by which the server's clock is ahead.
  private let lead = Atomic(unknown)

  /// The server's time; nil while it was never read.
  var now: Timestamp? {
    let lead = lead.load(ordering: .relaxed)
    return lead == Self.unknown ? nil : Timestamp(nanoseconds: WallClock.nanoseconds + lead)
  }

  /// Notes what the server's clock showed, in milliseconds of the epoch.
  func note(_ milliseconds: Int, askedAt start: ContinuousClock.Instant) {
    guard start.duration(to: .now) < Self.longestRoundTrip, (0...Self.latest).contains(milliseconds) else { return }
    lead.store(Int64(milliseconds) * 1_000_000 - WallClock.nanoseconds, ordering: .relaxed)
  }

  /// The last time that can be told, in milliseconds of the epoch, with room for what goes on from there.
  private static let latest = Int(Int64.max / 2_000_000)
}
