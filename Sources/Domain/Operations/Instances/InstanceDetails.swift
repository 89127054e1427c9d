internal import Delivery
package import JSON
internal import Messaging
package import Time

/// Everything that is known of one instance.
package struct InstanceDetails: Sendable {
  /// How it stands.
  package let standing: InstanceStanding
  /// The queue's time.
  package let time: Timestamp
  /// Tenants that somebody pinned to it.
  package let pinned: Int
  /// Tenants of it in the directory's cache.
  package let cached: Int

  /// What is known.
  package init(_ standing: InstanceStanding, at time: Timestamp, tenants: (pinned: Int, cached: Int)) {
    self.standing = standing
    self.time = time
    (pinned, cached) = tenants
  }

  /// For programs.
  package var json: JSONValue {
    let (limits, stop) = (standing.limits, standing.record.stop)
    return .object(
      standing.members + [
        ("time", .string(time.rfc3339)), ("fix", .text(standing.fix)),
        ("stops_in_a_row", .count(stop.flatMap { $0.isPause ? nil : $0.level })),
        ("queues", .array(standing.record.queues.map { json(of: $0) })),
        ("first_day", .text(firstDay?.iso)),
        (
          "limits",
          [
            "own": .boolean(standing.record.limits != nil), "concurrency": .integer(limits.concurrency),
            "interval_seconds": .number(limits.interval.inSeconds), "jitter": .number(limits.jitter),
            "daily_cap": .count(limits.dailyCap.perDay),
            "warm_up": .array(limits.dailyCap.warmUp.caps.map(JSONValue.integer)),
            "since": .text(limits.since?.iso),
            "problems": .array(standing.problems.map { .string("\($0)") }),
          ]
        ),
        ("tenants", ["pinned": .integer(pinned), "cached": .integer(cached)]),
      ])
  }

  /// The day on which it first sent; nil when that is not known.
  package var firstDay: CalendarDate? {
    standing.record.pace.flatMap { $0.firstDay > 0 ? CalendarDate(daysSince1970: $0.firstDay) : nil }
  }

  private func json(of queue: InstanceRecord.Queue) -> JSONValue {
    let lanes = Lane.allCases.filter { queue.waiting[$0] ?? 0 > 0 }.map { lane in
      (
        name: lane.name,
        value: JSONValue.object([
          ("waiting", .integer(queue.waiting[lane] ?? 0)), ("oldest_since", .time(queue.oldest[lane])),
        ])
      )
    }
    let next: Timestamp? =
      switch queue.turn {
      case .next: time
      case .later(let time): time
      }
    return ["apart": .text(queue.apart), "lanes": .object(lanes), "next_at": .time(next)]
  }
}
