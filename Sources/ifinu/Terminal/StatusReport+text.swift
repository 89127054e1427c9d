import Delivery
import Messaging
import Operations
import Time

extension StatusReport {
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
}

/// A number with one digit after the point.
func oneDecimal(_ number: Double) -> String {
  let tenths = Int((number * 10).rounded())
  return "\(tenths / 10).\(abs(tenths % 10))"
}
