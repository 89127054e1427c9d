import Delivery
import JSON
import Messaging
import Testing
import Time

@testable import Operations

@Suite struct InstanceStandingTests {
  private typealias Record = InstanceRecord

  /// 2026-11-28T12:00:00Z
  private static let now = Timestamp(milliseconds: 1_795_867_200_000)
  private static let today = CalendarDate(daysSince1970: 1_795_867_200 / 86_400)
  private static let later = now.advanced(by: .seconds(60))
  private static let earlier = now.advanced(by: .seconds(-60))

  private static func queue(_ turn: Record.Queue.Turn, apart: WaitReason? = nil, count: Int = 1) -> Record.Queue {
    Record.Queue(apart: apart?.rawValue, waiting: [.standard: count], turn: turn)
  }

  private static func pace(due: Timestamp = earlier, isAtCap: Bool = false, sent: Int = 0) -> Record.Pace {
    Record.Pace(
      due: due, isAtCap: isAtCap, day: today.daysSince1970, sent: sent, firstDay: today.daysSince1970, underWay: 1)
  }

  private static func stop(isPause: Bool = false, until: Timestamp = later) -> Record.Stop {
    Record.Stop(isPause: isPause, reason: isPause ? "" : "credencial", since: earlier, level: 2, until: until)
  }

  private static func standing(
    _ stop: Record.Stop? = nil, _ pace: Record.Pace? = nil, _ queues: [Record.Queue] = [], name: String = "loja"
  ) -> InstanceStanding {
    var record = Record(name: name)
    (record.stop, record.pace, record.queues) = (stop, pace, queues)
    return InstanceStanding(record, general: InstanceLimits(), today: today, now: now)
  }

  @Test(
    arguments: [
      (nil, nil, [], .active, nil),
      (nil, nil, [queue(.next)], .active, now),
      (nil, pace(), [queue(.later(earlier))], .active, earlier),
      (nil, pace(due: later), [], .active, nil),
      (nil, pace(due: later), [queue(.later(later))], .pace, later),
      (nil, pace(due: later, isAtCap: true), [queue(.later(later))], .dailyCap, later),
      (nil, pace(due: later, isAtCap: true), [], .dailyCap, nil),
      (nil, pace(due: earlier, isAtCap: true), [queue(.next)], .active, now),
      (nil, nil, [queue(.later(later), apart: .quietHours)], .quietHours, later),
      (nil, nil, [queue(.later(later), apart: .quietHours), queue(.next)], .active, now),
      (nil, pace(due: later), [queue(.later(later), apart: .quietHours), queue(.later(later))], .pace, later),
      (nil, nil, [queue(.later(later), apart: .order)], .active, later),
      (stop(), pace(due: later, isAtCap: true), [queue(.later(later))], .stopped, later),
      (stop(until: earlier), nil, [queue(.next)], .stopped, earlier),
      (stop(), nil, [], .stopped, nil),
      (stop(isPause: true), pace(), [queue(.later(nil))], .paused, nil),
      (stop(isPause: true), nil, [], .paused, nil),
    ] as [(Record.Stop?, Record.Pace?, [Record.Queue], InstanceState, Timestamp?)])
  private func `what is written down gives a state and the next send`(
    stop: Record.Stop?, pace: Record.Pace?, queues: [Record.Queue], state: InstanceState, next: Timestamp?
  ) {
    let standing = Self.standing(stop, pace, queues)
    #expect(standing.state == state)
    #expect(standing.next == next)
    #expect(standing.waiting == queues.count)
  }

  @Test func `a stop names its class and what mends it`() {
    let stopped = Self.standing(Self.stop())
    #expect(stopped.reason == "credencial" && stopped.since == Self.earlier)
    #expect(stopped.fix == SendFailure.Kind.credential.fix)
    let paused = Self.standing(Self.stop(isPause: true))
    #expect(paused.reason == nil && paused.fix?.contains("resume") == true)
    var record = Record(name: "loja")
    record.stop = Record.Stop(isPause: false, reason: "algo_novo", since: Self.earlier, level: 1, until: Self.later)
    let unknown = InstanceStanding(record, general: InstanceLimits(), today: Self.today, now: Self.now)
    #expect(unknown.reason == "algo_novo" && unknown.fix == nil)
    #expect(Self.standing(nil, nil, [Self.queue(.later(nil), apart: .order)]).reason == "ordem")
  }

  @Test(
    arguments: [
      (nil, nil, nil, nil), (200, nil, 0, 200), (nil, 3, 3, nil), (200, 3, 3, 200),
    ] as [(cap: Int?, sent: Int?, today: Int?, of: Int?)])
  func `sends of today stand against the cap of today`(cap: Int?, sent: Int?, today: Int?, of: Int?) {
    var limits = InstanceLimits()
    limits.dailyCap.perDay = cap
    var record = Record(name: "loja")
    record.pace = sent.map { Self.pace(sent: $0) }
    let standing = InstanceStanding(record, general: limits, today: Self.today, now: Self.now)
    #expect(standing.sentToday == today && standing.cap == of)
  }

  @Test func `what was sent yesterday does not count, and the warm-up goes by the first day`() {
    var record = Record(name: "loja")
    var pace = Self.pace(sent: 17)
    pace.day -= 1
    pace.firstDay -= 1
    record.pace = pace
    record.limits = Array(#"{"por_dia":200,"aquecimento":[20,40,80],"simultaneas":"x"}"#.utf8)
    let standing = InstanceStanding(record, general: InstanceLimits(), today: Self.today, now: Self.now)
    #expect(standing.sentToday == 0 && standing.cap == 40)
    #expect(standing.problems.map(\.field) == ["simultaneas"])
  }

  @Test func `the worst come first, and of those the ones for which most waits`() throws {
    var survey = InstanceSurvey(time: Self.now)
    survey.records = [
      Self.standing(nil, nil, [Self.queue(.next, count: 5)], name: "a"),
      Self.standing(nil, nil, [Self.queue(.next, count: 9)], name: "b"),
      Self.standing(nil, nil, [Self.queue(.next, count: 5)], name: "0"),
      Self.standing(nil, nil, [Self.queue(.later(Self.later), apart: .quietHours)], name: "c"),
      Self.standing(nil, Self.pace(due: Self.later), [Self.queue(.later(Self.later))], name: "d"),
      Self.standing(nil, Self.pace(due: Self.later, isAtCap: true), name: "e"),
      Self.standing(Self.stop(isPause: true), nil, [Self.queue(.later(nil), count: 99)], name: "f"),
      Self.standing(Self.stop(), name: "g"),
    ].map(\.record)
    survey.unassigned = 3
    survey.unassignedTenants = 1
    survey.unsorted = 1
    let clock = try TimeZoneRules(parsing: utcFile)
    let overview = InstanceOverview(survey, limits: InstanceLimits(), clock: clock)
    #expect(overview.standings.map(\.record.name) == ["g", "f", "e", "c", "d", "b", "0", "a"])
    #expect(InstanceState.allCases.map { overview.count($0) } == [1, 1, 1, 1, 1, 3])
    #expect(
      overview.remarks == [
        "3 messages of 1 tenant whose instance is not known yet", "1 message in the lanes, not sorted by instance yet",
      ])
    let json = try JSONDocument(parsing: overview.json(limit: 2).bytes).root
    #expect(json["total"]?.integer == 8 && json["unsorted"]?.integer == 1)
    #expect(json["states"]?["ativa"]?.integer == 3)
    #expect(json["instances"]?.elements.map { $0["name"]?.string } == ["g", "f"])
    #expect(
      overview.standings[0].json.text
        == #"{"name":"g","state":"parada","reason":"credencial","since":"2026-11-28T11:59:00Z","waiting":0,"#
        + #""in_flight":null,"sent_today":null,"daily_cap":null,"next_send_at":null}"#)
  }
}
