import Operations
import Time

extension InstanceOverview {
  /// For people.
  ///
  /// - Parameter limit: how many instances at most.
  /// - Returns: a table, and what belongs to no instance.
  func text(limit: Int) -> String {
    var table = TextTable(["INSTANCE", "STATE", "REASON", "SINCE", "WAITING", "IN FLIGHT", "SENT TODAY", "NEXT"])
    for standing in standings.prefix(limit) {
      table.add([
        standing.record.name, standing.state.rawValue, standing.reason ?? "-", standing.since?.toSecond ?? "-",
        "\(standing.waiting)", standing.inFlight.map { "\($0)" } ?? "-", standing.sent,
        standing.next(at: survey.time),
      ])
    }
    var lines = standings.isEmpty ? "nothing waits for an instance\n" : table.text
    if standings.count > limit { lines += "\(limit) of \(standings.count) instances; --limit shows more\n" }
    return lines + remarks.map { $0 + "\n" }.joined()
  }
}

extension InstanceStanding {
  /// How many it has sent today, and of how many.
  var sent: String {
    guard let sentToday else { return "-" }
    return cap.map { "\(sentToday) of \($0)" } ?? "\(sentToday)"
  }

  /// How long it is until something may go out on it.
  func next(at now: Timestamp) -> String { next.map { $0.distance(from: now) } ?? "-" }
}

extension Timestamp {
  /// The moment in UTC, its fraction of a second cut off.
  var toSecond: String { Timestamp(nanoseconds: nanoseconds - nanoseconds % 1_000_000_000).rfc3339 }

  /// How long it is until then, in words.
  func distance(from now: Timestamp) -> String {
    let wait = since(now)
    guard wait > .zero else { return "now" }
    return "in " + DurationText.format(wait < .seconds(10) ? wait : .seconds(wait.components.seconds))
  }
}
