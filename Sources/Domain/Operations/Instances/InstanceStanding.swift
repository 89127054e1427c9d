package import Delivery
package import JSON
package import Messaging
package import Time

/// How one instance stands, as people want to know it.
package struct InstanceStanding: Sendable {
  /// What is written down.
  package let record: InstanceRecord
  /// What it keeps to.
  package let limits: InstanceLimits
  /// What is wrong with the document that its limits stand in.
  package let problems: [PayloadError]
  /// How it stands.
  package let state: InstanceState
  /// Messages that wait for it, of all lanes.
  package let waiting: Int
  /// How many it has sent today; nil for an instance without limits.
  package let sentToday: Int?
  /// How many it may send today; nil for any number.
  package let cap: Int?
  /// When something may go out on it, which may have been a while ago; nil when nothing waits, or nobody knows.
  package let next: Timestamp?

  /// Judges what is written down.
  ///
  /// - Parameters:
  ///   - record: what is written down.
  ///   - general: the limits of an instance that has none of its own.
  ///   - today: the day that counts now.
  ///   - now: the queue's time.
  package init(_ record: InstanceRecord, general: InstanceLimits, today: CalendarDate, now: Timestamp) {
    self.record = record
    (limits, problems) = record.limits.map { general.merged(with: $0) } ?? (general, [])
    waiting = record.queues.reduce(0) { $0 + $1.count }
    let first = record.pace.flatMap { $0.firstDay > 0 ? CalendarDate(daysSince1970: $0.firstDay) : nil }
    cap = limits.cap(on: today, firstDay: first)
    sentToday =
      record.pace.map { $0.day == today.daysSince1970 ? $0.sent : 0 } ?? (cap == nil ? nil : 0)
    state = Self.state(of: record, at: now)
    next = Self.next(of: record, at: now)
  }

  /// The class of failure that stopped it, or why else its messages wait where that is not the state; nil for neither.
  package var reason: String? {
    if let stop = record.stop { return stop.isPause ? nil : stop.reason }
    return state == .active && waiting > 0 && record.queues.allSatisfy { $0.apart == WaitReason.order.rawValue }
      ? WaitReason.order.rawValue : nil
  }

  /// Since when it is stopped or paused; nil when it is not.
  package var since: Timestamp? { record.stop?.since }

  /// Sends under way; nil for an instance without limits.
  package var inFlight: Int? { record.pace?.underWay }

  /// What mends it; nil when nothing is broken, or nobody knows.
  package var fix: String? {
    switch state {
    case .stopped: reason.flatMap(SendFailure.Kind.init(rawValue:))?.fix
    case .paused: "ifinu instances resume, once it may go on"
    case .dailyCap, .quietHours, .pace, .active: nil
    }
  }

  /// For programs.
  package var json: JSONValue { .object(members) }

  var members: [(name: String, value: JSONValue)] {
    [
      ("name", .string(record.name)), ("state", .string(state.rawValue)), ("reason", .text(reason)),
      ("since", .time(since)), ("waiting", .integer(waiting)), ("in_flight", .count(inFlight)),
      ("sent_today", .count(sentToday)), ("daily_cap", .count(cap)), ("next_send_at", .time(next)),
    ]
  }

  /// Whether one is to be shown before another: the worse first, then the one for which more waits.
  static func isWorse(_ left: InstanceStanding, _ right: InstanceStanding) -> Bool {
    let (first, second) = (left.state.severity, right.state.severity)
    guard first == second else { return first < second }
    return left.waiting == right.waiting ? left.record.name < right.record.name : left.waiting > right.waiting
  }

  private static func state(of record: InstanceRecord, at now: Timestamp) -> InstanceState {
    if let stop = record.stop { return stop.isPause ? .paused : .stopped }
    if let pace = record.pace, pace.isAtCap, pace.due > now { return .dailyCap }
    let isHeldUp = record.queues.allSatisfy { $0.isHeldUp(at: now) }
    guard isHeldUp, !record.queues.isEmpty else { return .active }
    if record.queues.contains(where: { $0.apart == nil }) { return .pace }
    return record.queues.contains { $0.apart == WaitReason.quietHours.rawValue } ? .quietHours : .active
  }

  private static func next(of record: InstanceRecord, at now: Timestamp) -> Timestamp? {
    if record.queues.isEmpty { return nil }
    if let stop = record.stop { return stop.isPause ? nil : stop.until }
    return record.queues.compactMap { queue in
      switch queue.turn {
      case .next: now
      case .later(let time): time
      }
    }.min()
  }
}

extension InstanceRecord.Queue {
  /// Whether nothing of it may be taken now.
  fileprivate func isHeldUp(at now: Timestamp) -> Bool {
    switch turn {
    case .next: false
    case .later(let time): time.map { $0 > now } ?? true
    }
  }
}

extension JSONValue {
  static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
  static func time(_ time: Timestamp?) -> JSONValue { text(time?.rfc3339) }
  static func count(_ count: Int?) -> JSONValue { count.map(JSONValue.integer) ?? .null }
}
