import Delivery
import JSON
import Messaging
import Time

/// What two looks at the queue, some time apart, tell.
struct StatusReport: Sendable {
  /// One look.
  struct Look: Sendable {
    let snapshot: QueueSnapshot
    let time: Timestamp
  }

  let earlier: Look
  let later: Look

  /// Messages sent a second between the looks, by the whole fleet.
  var throughput: Double {
    let seconds = later.time.since(earlier.time).inSeconds
    // The total begins afresh when somebody empties Redis between the looks.
    return seconds > 0 ? max(0, Double(later.snapshot.sentTotal - earlier.snapshot.sentTotal) / seconds) : 0
  }

  /// For people.
  var text: String {
    var lanes = TextTable(["LANE", "WAITING", "OLDEST"])
    for lane in Lane.allCases {
      lanes.add([
        lane.name, state(lane).map { "\($0.length)" } ?? "?",
        age(lane).map { DurationText.format(.seconds($0)) } ?? "-",
      ])
    }
    let snapshot = later.snapshot
    var rest = TextTable(["", ""])
    for (name, value) in [
      ("in flight", "\(snapshot.inFlight)"), ("scheduled", "\(snapshot.scheduled)"), ("dead", "\(snapshot.dead)"),
      ("sent", "\(snapshot.sentTotal)"), ("throughput", "\(oneDecimal(throughput)) messages/s"),
    ] {
      rest.add([name, value])
    }
    return lanes.text + rest.text
  }

  /// For programs: times in seconds.
  var json: JSONValue {
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

  /// Nil when the lane could not be counted.
  private func state(_ lane: Lane) -> QueueSnapshot.LaneState? { later.snapshot.lanes[lane] }

  private func age(_ lane: Lane) -> Double? {
    state(lane)?.oldest.map { max(0, (later.time.since($0).inSeconds * 1000).rounded() / 1000) }
  }
}

/// A number with one digit after the point.
func oneDecimal(_ number: Double) -> String {
  let tenths = Int((number * 10).rounded())
  return "\(tenths / 10).\(abs(tenths % 10))"
}
