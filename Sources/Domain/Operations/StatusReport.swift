package import Delivery
package import JSON
package import Messaging
package import Time

/// What two looks at the queue, some time apart, tell.
package struct StatusReport: Sendable {
  /// One look.
  package struct Look: Sendable {
    /// What the queue held.
    package let snapshot: QueueSnapshot
    /// When that was.
    package let time: Timestamp

    /// A look.
    package init(snapshot: QueueSnapshot, time: Timestamp) {
      self.snapshot = snapshot
      self.time = time
    }
  }

  private let earlier: Look
  /// The second look.
  package let later: Look

  /// What two looks tell.
  package init(earlier: Look, later: Look) {
    self.earlier = earlier
    self.later = later
  }

  /// Messages sent a second between the looks, by the whole fleet.
  package var throughput: Double {
    let seconds = later.time.since(earlier.time).inSeconds
    // The total begins afresh when somebody empties Redis between the looks.
    return seconds > 0 ? max(0, Double(later.snapshot.sentTotal - earlier.snapshot.sentTotal) / seconds) : 0
  }

  /// For programs: times in seconds.
  package var json: JSONValue {
    let snapshot = later.snapshot
    let lanes = Lane.allCases.map { lane in
      (
        name: lane.name,
        value: JSONValue.object([
          ("length", state(lane).map { .integer($0.length) } ?? .null),
          ("oldest_age_seconds", age(lane).map(JSONValue.number) ?? .null),
        ])
      )
    }
    return [
      "lanes": .object(lanes), "in_flight": .integer(snapshot.inFlight), "scheduled": .integer(snapshot.scheduled),
      "dead": .integer(snapshot.dead), "sent_total": .integer(snapshot.sentTotal),
      "messages_per_second": .number((throughput * 10).rounded() / 10),
    ]
  }

  /// How a lane stands; nil when it could not be counted.
  package func state(_ lane: Lane) -> QueueSnapshot.LaneState? { later.snapshot.lanes[lane] }

  /// How old the oldest message of a lane is, in seconds; nil when there is none.
  package func age(_ lane: Lane) -> Double? {
    state(lane)?.oldest.map { max(0, (later.time.since($0).inSeconds * 1000).rounded() / 1000) }
  }
}
