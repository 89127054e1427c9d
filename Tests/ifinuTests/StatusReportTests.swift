import Delivery
import JSON
import Messaging
import Operations
import Testing
import Time

@testable import ifinu

@Suite struct StatusReportTests {
  @Test func `lanes, ages and throughput are told to people and programs`() {
    let report = report(sent: (100, 150), seconds: 2)
    #expect(report.throughput == 25)
    #expect(
      report.json.text
        == #"{"lanes":{"urgente":{"length":2,"oldest_age_seconds":90.0},"whatsapp":{"length":0,"oldest_age_seconds":null},"#
        + #""baixa":{"length":null,"oldest_age_seconds":null}},"in_flight":1,"scheduled":2,"dead":3,"sent_total":150,"#
        + #""messages_per_second":25.0}"#)
    let lines = report.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines[0] == ["LANE", "WAITING", "OLDEST"] && lines[1] == ["urgente", "2", "1m30s"])
    #expect(lines[2] == ["whatsapp", "0", "-"])
    #expect(lines[3] == ["baixa", "?", "-"])
    #expect(lines.last == ["throughput", "25.0", "messages/s"])
  }

  @Test(arguments: [(150, 100, 2.0, 0.0), (0, 10, 0.0, 0.0), (0, 10, -1.0, 0.0)])
  func `clocks that stand and totals that fall give no strange throughput`(
    before: Int, after: Int, seconds: Double, throughput: Double
  ) {
    #expect(report(sent: (before, after), seconds: seconds).throughput == throughput)
  }

  @Test(arguments: [(0.0, "0.0"), (1.25, "1.3"), (99.95, "100.0"), (12_345.67, "12345.7")])
  func `numbers are written with one decimal`(number: Double, text: String) {
    #expect(oneDecimal(number) == text)
  }

  private func report(sent: (Int, Int), seconds: Double) -> StatusReport {
    let start = Timestamp(milliseconds: 1_000_000)
    let end = start.advanced(by: .seconds(seconds))
    func snapshot(_ sent: Int) -> QueueSnapshot {
      QueueSnapshot(
        lanes: [
          .urgent: .init(length: 2, oldest: end.advanced(by: .seconds(-90))), .standard: .init(length: 0, oldest: nil),
        ], inFlight: 1, scheduled: 2, dead: 3, sentTotal: sent, fault: .refused("no list"))
    }
    return StatusReport(
      earlier: .init(snapshot: snapshot(sent.0), time: start), later: .init(snapshot: snapshot(sent.1), time: end))
  }
}
