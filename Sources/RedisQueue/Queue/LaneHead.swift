internal import Delivery

/// Remembers when the message at a lane's front was first seen there, for messages that don't say when they came.
struct LaneHead {
  private var identity: String?
  private var firstSeen = Timestamp(nanoseconds: 0)

  /// When the message at the front was enqueued, as near as can be known.
  ///
  /// - Parameters:
  ///   - due: its due time as it stands in the message; Go's zero time or anything unreadable means none.
  ///   - created: its creation time as it stands in the message.
  ///   - digest: what tells it from others when it has neither.
  ///   - now: the queue's time.
  /// - Returns: the due time, else the creation time, else when it was first seen.
  mutating func oldest(due: String, created: String, digest: String, now: Timestamp) -> Timestamp {
    if let time = Timestamp(rfc3339: due) ?? Timestamp(rfc3339: created) {
      identity = nil
      return time
    }
    let seen = "\(due)|\(created)|\(digest)"
    if identity != seen {
      identity = seen
      firstSeen = now
    }
    return firstSeen
  }

  /// The lane was empty.
  mutating func forget() { identity = nil }
}
