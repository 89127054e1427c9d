import Delivery
import Messaging
import Operations
import Time

extension InstanceDetails {
  /// For people.
  var text: String {
    var table = TextTable(["instance", standing.record.name])
    for (name, value) in rows { table.add([name, value]) }
    return table.text + queues
  }

  private var rows: [(String, String)] {
    var rows = [("state", standing.state.rawValue)]
    if let reason = standing.reason { rows.append(("reason", reason)) }
    if let since = standing.since { rows.append(("since", since.toSecond)) }
    if let stop = standing.record.stop, !stop.isPause {
      rows.append(("stops in a row", "\(stop.level)"))
      rows.append(("next trial", stop.until.distance(from: time)))
    }
    if let fix = standing.fix { rows.append(("fix", fix)) }
    rows += [
      ("waiting", "\(standing.waiting)"), ("in flight", standing.inFlight.map { "\($0)" } ?? "-"),
      ("sent today", standing.sent), ("first sent on", firstDay?.iso ?? "-"),
      ("next send", standing.next(at: time)), ("limits", limits),
    ]
    rows += standing.problems.map { ("broken limit", "\($0)") }
    rows.append(("tenants", "\(pinned) pinned, \(cached) from the directory"))
    return rows
  }

  private var limits: String {
    let limits = standing.limits
    var words: [String] = []
    if limits.concurrency > 0 { words.append("\(limits.concurrency) at once") }
    if limits.interval > .zero {
      let share = Int((limits.jitter * 100).rounded())
      words.append("\(DurationText.format(limits.interval)) ± \(share) % between two")
    }
    if let cap = limits.dailyCap.perDay { words.append("\(cap) a day") }
    let warmUp = limits.dailyCap.warmUp.caps
    if !warmUp.isEmpty {
      let since = limits.since.map { " since \($0.iso)" } ?? ""
      words.append("warm-up \(warmUp.map(String.init).joined(separator: ","))\(since)")
    }
    let source = standing.record.limits == nil ? "" : " (its own)"
    return (words.isEmpty ? "none" : words.joined(separator: ", ")) + source
  }

  private var queues: String {
    guard !standing.record.queues.isEmpty else { return "" }
    var table = TextTable(["LANE", "WAITING", "OLDEST", "APART", "NEXT"])
    for queue in standing.record.queues {
      let next: Timestamp? =
        switch queue.turn {
        case .next: time
        case .later(let time): time
        }
      for lane in Lane.allCases {
        guard let count = queue.waiting[lane] else { continue }
        let age = queue.oldest[lane].map { DurationText.format(.seconds(max(0, time.since($0).components.seconds))) }
        table.add([
          lane.name, "\(count)", age ?? "-", queue.apart ?? "-", next.map { $0.distance(from: time) } ?? "-",
        ])
      }
    }
    return "\n" + table.text
  }
}
