internal import JSON
internal import Messaging
internal import Time

/// Remembers when the message at a lane's front was first seen there, for messages that don't say when they came.
struct LaneHead {
  private var timeless: [UInt8]?
  private var firstSeen = Timestamp(nanoseconds: 0)

  /// When the message at the front was enqueued, as near as can be known.
  ///
  /// - Parameters:
  ///   - front: the message, or as much of it as is known.
  ///   - now: the queue's time.
  /// - Returns: its due time, else its creation time, else when it was first seen.
  mutating func oldest(_ front: [UInt8], now: Timestamp) -> Timestamp {
    let root = try? JSONDocument(parsing: front).root
    let times = [WireField.dueAt, WireField.createdAt].lazy.compactMap { name in
      root?[name]?.string.flatMap { Timestamp(rfc3339: $0) }
    }
    if let time = times.first {
      timeless = nil
      return time
    }
    if timeless != front {
      timeless = front
      firstSeen = now
    }
    return firstSeen
  }

  /// The lane was empty.
  mutating func forget() { timeless = nil }
}
