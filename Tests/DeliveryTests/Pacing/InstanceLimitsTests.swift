import Messaging
import Testing
import Time

@testable import Delivery

@Suite struct InstanceLimitsTests {
  @Test(
    arguments: [
      (nil, "", "2026-01-10", "2026-01-01", nil), (200, "", "2026-01-10", "2026-01-01", 200),
      (200, "", "2026-01-10", nil, 200),
      (nil, "20,40,80", "2026-01-10", nil, 20), (nil, "20,40,80", "2026-01-10", "2026-01-10", 20),
      (nil, "20,40,80", "2026-01-11", "2026-01-10", 40), (nil, "20,40,80", "2026-01-12", "2026-01-10", 80),
      (nil, "20,40,80", "2026-01-13", "2026-01-10", nil), (60, "20,40,80", "2026-01-12", "2026-01-10", 60),
      (60, "20,40,80", "2026-01-13", "2026-01-10", 60), (nil, "20,40", "2026-03-01", "2026-02-28", 40),
      // A first day that is yet to come.
      (nil, "20,40,80", "2026-01-10", "2026-01-12", 20),
    ] as [(Int?, String, String, String?, Int?)])
  func `caps a day`(perDay: Int?, warmUp: String, day: String, first: String?, cap: Int?) throws {
    let warmUp = warmUp.isEmpty ? WarmUp.none : try WarmUp(parsing: warmUp)
    let today = try #require(CalendarDate(rfc3339: day))
    let firstDay = first.flatMap { CalendarDate(rfc3339: $0) }
    #expect(DailyCap(perDay: perDay, warmUp: warmUp).cap(on: today, firstDay: firstDay) == cap)
  }

  @Test(arguments: [("20,40,80,160", [20, 40, 80, 160]), ("20, 40", [20, 40]), ("1", [1])])
  func `reads a warm-up`(text: String, caps: [Int]) throws {
    #expect(try WarmUp(parsing: text).caps == caps)
  }

  @Test(arguments: [
    "", ",", "20,", "20,,40", "20;40", "0", "-1", "+5", "20,x", "1.5", "10000001", "99999999999999999999",
    "[20,40]", Array(repeating: "1", count: 367).joined(separator: ","),
  ])
  func `refuses what is no warm-up, and says what is one`(text: String) {
    let error = #expect(throws: LimitTextError.self) { try WarmUp(parsing: text) }
    #expect(error?.description.contains("20,40,80,160") == true)
  }

  private static let variables = {
    var limits = InstanceLimits()
    limits.concurrency = 2
    limits.interval = .seconds(1)
    limits.dailyCap.perDay = 500
    return limits
  }()

  private static func changed(_ change: (inout InstanceLimits) -> Void) -> InstanceLimits {
    var limits = variables
    change(&limits)
    return limits
  }

  @Test(arguments: [
    ("{}", variables), (#"{"simultaneas":1}"#, changed { $0.concurrency = 1 }),
    (#"{"simultaneas":0}"#, changed { $0.concurrency = 0 }), (#"{"simultaneas":null}"#, variables),
    (#"{"simultaneas":"1"}"#, changed { $0.concurrency = 1 }),
    (#"{"intervalo":"3s"}"#, changed { $0.interval = .seconds(3) }),
    (#"{"intervalo":3}"#, changed { $0.interval = .seconds(3) }),
    (#"{"intervalo":"3"}"#, changed { $0.interval = .seconds(3) }),
    (#"{"intervalo":2.5}"#, changed { $0.interval = .milliseconds(2_500) }),
    (#"{"intervalo":0}"#, changed { $0.interval = .zero }),
    (#"{"por_dia":200}"#, changed { $0.dailyCap.perDay = 200 }),
    (#"{"por_dia":0}"#, changed { $0.dailyCap.perDay = nil }),
    (#"{"aquecimento":[20,40,80]}"#, changed { $0.dailyCap.warmUp = (try? WarmUp([20, 40, 80])) ?? .none }),
    (#"{"aquecimento":"20,40"}"#, changed { $0.dailyCap.warmUp = (try? WarmUp([20, 40])) ?? .none }),
    (#"{"desde":"2026-11-01"}"#, changed { $0.since = CalendarDate(year: 2026, month: 11, day: 1) }),
  ])
  func `a member goes before the variable`(document: String, limits: InstanceLimits) {
    let merged = Self.variables.merged(with: Array(document.utf8))
    #expect(merged.limits == limits)
    #expect(merged.problems.isEmpty, "\(merged.problems)")
  }

  @Test func `reads a whole document`() throws {
    let document = #"{"simultaneas":1,"intervalo":"3s","por_dia":200,"aquecimento":[20,40,80],"desde":"2026-11-01"}"#
    let (limits, problems) = InstanceLimits().merged(with: Array(document.utf8))
    #expect(problems.isEmpty)
    #expect(limits.concurrency == 1 && limits.interval == .seconds(3) && limits.jitter == 0.3)
    let second = try #require(CalendarDate(year: 2026, month: 11, day: 2))
    #expect(limits.cap(on: second, firstDay: nil) == 40)
    #expect(limits.cap(on: second, firstDay: second) == 40)
  }

  @Test(arguments: [
    ("", "payload"), ("[]", "payload"), ("nada", "payload"), (#"{"por_dia":"#, "payload"),
    (#"{"por_dia":-1}"#, "por_dia"), (#"{"por_dia":1.5}"#, "por_dia"), (#"{"por_dia":"muitas"}"#, "por_dia"),
    (#"{"por_dia":[200]}"#, "por_dia"), (#"{"por_dia":99999999999999999999}"#, "por_dia"),
    (#"{"simultaneas":-1}"#, "simultaneas"), (#"{"simultaneas":true}"#, "simultaneas"),
    (#"{"intervalo":"logo"}"#, "intervalo"), (#"{"intervalo":-1}"#, "intervalo"), (#"{"intervalo":"2d"}"#, "intervalo"),
    (#"{"intervalo":1e300}"#, "intervalo"), (#"{"intervalo":"nan"}"#, "intervalo"),
    (#"{"aquecimento":[0]}"#, "aquecimento"), (#"{"aquecimento":[20,null]}"#, "aquecimento"),
    (#"{"aquecimento":20}"#, "aquecimento"), (#"{"desde":"amanhã"}"#, "desde"), (#"{"desde":20261101}"#, "desde"),
    (#"{"intervallo":"3s"}"#, "intervallo"), (#"{"11988887777":1}"#, "payload"), (#"{"":1}"#, "payload"),
    (#"{"por_dia":1,"por_dia":2}"#, "por_dia"),
  ])
  func `what can't be understood falls back to the variables, and is named`(document: String, field: String) {
    let (limits, problems) = Self.variables.merged(with: Array(document.utf8))
    #expect(limits == Self.variables)
    #expect(problems.map(\.field) == [field], "\(problems)")
  }

  @Test func `a slip in one member takes no other limit away`() {
    let document = #"{"simultaneas":1,"intervalo":"3 segundos","por_dia":20}"#
    let (limits, problems) = InstanceLimits().merged(with: Array(document.utf8))
    #expect(limits.concurrency == 1 && limits.dailyCap.perDay == 20 && limits.interval == .zero)
    #expect(problems.map(\.field) == ["intervalo"])
  }

  @Test func `a document that never ends is not read`() {
    let document = Array((#"{"por_dia":1}"# + String(repeating: " ", count: 70_000)).utf8)
    let (limits, problems) = Self.variables.merged(with: document)
    #expect(limits == Self.variables && problems.map(\.field) == ["payload"])
  }
}
