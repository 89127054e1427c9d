import Delivery
import Messaging
import Testing
import Time

@testable import Operations

@Suite struct InstanceExaminationTests {
  private static let now = Timestamp(milliseconds: 1_795_867_200_000)

  /// What is written down in a test.
  private struct Store: InstanceStore {
    var surveyed = InstanceSurvey(time: InstanceExaminationTests.now)
    var written = InstanceWritings()
    var fault: QueueError?

    func survey() async throws(QueueError) -> InstanceSurvey {
      if let fault { throw fault }
      return surveyed
    }
    func record(of name: InstanceName) async throws(QueueError) -> InstanceSurvey {
      var found = InstanceSurvey(time: surveyed.time)
      found.records = surveyed.records.filter { $0.name == name.value }
      return found
    }
    func tenants(of name: InstanceName) async throws(QueueError) -> (pinned: Int, cached: Int) { (0, 0) }
    func writings() async throws(QueueError) -> InstanceWritings { written }
    func names() async throws(QueueError) -> [String] { surveyed.records.map(\.name) }
    func pause(_ name: InstanceName) async throws(QueueError) -> InstanceStoppage? { nil }
    func resume(_ name: InstanceName) async throws(QueueError) -> InstanceStoppage? { nil }
    func retry(_ name: InstanceName) async throws(QueueError) -> Bool { false }
    func forgetTenants(of name: InstanceName) async throws(QueueError) -> Int { 0 }
    func forget(_ tenant: TenantID) async throws(QueueError) -> Bool { false }
  }

  private static func rules(
    workers: Int = 1, instance: String? = nil, concurrency: Int = 0, interval: Duration = .zero
  ) throws -> InstanceExamination.Rules {
    var limits = InstanceLimits()
    limits.concurrency = concurrency
    limits.interval = interval
    return InstanceExamination.Rules(
      limits: limits, clock: try TimeZoneRules(parsing: utcFile), workers: workers,
      defaultInstance: instance.flatMap { InstanceName($0) }, longestParking: .seconds(86_400), prefix: "ifinu:")
  }

  /// An instance with messages that wait; stopped or paused for a while.
  private static func record(
    _ name: String, waiting: Int = 1, stopped: Duration? = nil, paused: Duration? = nil, oldest: Duration = .zero
  ) -> InstanceRecord {
    var record = InstanceRecord(name: name)
    if waiting > 0 {
      record.queues = [.init(waiting: [.low: waiting], oldest: [.low: now.advanced(by: .zero - oldest)], turn: .next)]
    }
    if let age = stopped ?? paused {
      record.stop = .init(
        isPause: paused != nil, reason: paused == nil ? "credencial" : "", since: now.advanced(by: .zero - age),
        level: 1,
        until: now)
    }
    return record
  }

  private func findings(_ store: Store, _ rules: InstanceExamination.Rules) async -> [Finding] {
    await InstanceExamination(by: store, rules: rules).findings()
  }

  @Test func `nothing is said where nothing is wrong`() async throws {
    let found = await findings(Store(), try Self.rules(workers: 10))
    #expect(found.map(\.health) == [.good] && found[0].seen == "nothing waits for one")
  }

  @Test(
    arguments: [
      (10, "loja", 0, 0, [], nil, true), (1, "loja", 0, 0, [], nil, false), (10, "loja", 1, 0, [], nil, false),
      (10, "loja", 0, 3, [], nil, false), (10, nil, 0, 0, ["a"], nil, true), (10, nil, 0, 0, ["a", "b"], nil, false),
      (10, "loja", 0, 0, ["a", "b"], nil, true), (10, "loja", 0, 0, [], #"{"simultaneas":1}"#, false),
      (10, "loja", 1, 0, [], #"{"simultaneas":0}"#, true), (10, nil, 0, 0, [], nil, false),
    ] as [(Int, String?, Int, Int, [String], String?, Bool)])
  func `many workers on one number are a hint`(
    workers: Int, instance: String?, concurrency: Int, interval: Int, waiting: [String], document: String?, isHint: Bool
  ) async throws {
    var store = Store()
    store.surveyed.records = waiting.map { Self.record($0) }
    if let document { store.written.limits = [("loja", Array(document.utf8))] }
    let rules = try Self.rules(
      workers: workers, instance: instance, concurrency: concurrency, interval: .seconds(interval))
    let found = await findings(store, rules).filter { $0.subject == "sends at once" }
    #expect(found.map(\.health) == (isHint ? [.doubtful] : []))
    for finding in found {
      #expect(finding.seen.contains("10 messages at once") && finding.seen.contains(instance ?? "a"))
      #expect(finding.fix == "set IFINU_INSTANCE_CONCURRENCY=1 and IFINU_INSTANCE_INTERVAL=3s")
    }
  }

  @Test func `of the stopped ones the worst are named with what mends them`() async throws {
    var store = Store()
    store.surveyed.records = (1...5).map { Self.record("i\($0)", waiting: $0, stopped: .seconds(60)) }
    let found = await findings(store, try Self.rules())
    #expect(found.map(\.subject) == ["instances", "instance i5", "instance i4", "instance i3", "instances"])
    #expect(found.dropFirst().allSatisfy { $0.health == .doubtful })
    #expect(found[1].seen == "stopped for 1m by credencial; 5 messages waiting")
    #expect(found[1].fix == SendFailure.Kind.credential.fix)
    #expect(found[4].seen == "2 more instances stopped")
  }

  @Test func `paused ones are told when something waits for them`() async throws {
    var store = Store()
    store.surveyed.records = [Self.record("a", waiting: 0, paused: .seconds(9))]
    #expect(await findings(store, try Self.rules()).map(\.health) == [.good])
    store.surveyed.records.append(Self.record("b", waiting: 2, paused: .seconds(9)))
    let found = await findings(store, try Self.rules())
    #expect(found.last?.seen == "2 messages waiting for 1 paused instance")
    #expect(found.last?.fix?.contains("for b") == true)
  }

  @Test(
    arguments: [
      (23, 23, "in 1h"), (25, 25, "now"), (25, 23, "in 1h"), (23, 25, "in 1h"), (17, 17, nil), (25, 1, nil),
      (1, 25, nil),
    ] as [(stopped: Int, oldest: Int, when: String?)])
  func `what will soon have waited too long is told`(stopped: Int, oldest: Int, when: String?) async throws {
    var store = Store()
    store.surveyed.records = [
      Self.record("loja", stopped: .seconds(stopped * 3600), oldest: .seconds(oldest * 3600))
    ]
    let found = await findings(store, try Self.rules()).filter { $0.subject == "messages" }
    #expect(found.count == (when == nil ? 0 : 1))
    if let when { #expect(found.first?.seen.hasSuffix("those of loja \(when)") == true) }
  }

  @Test func `broken limits and unusable names are told`() async throws {
    var store = Store()
    store.written.limits = [
      ("d", Array("[]".utf8)), ("a", Array("{}".utf8)), ("b", Array(#"{"por_dia":-1}"#.utf8)), ("c", Array("x".utf8)),
      ("e", Array(#"{"por_mes":1}"#.utf8)),
    ]
    store.written.unusablePins = 2
    let found = await findings(store, try Self.rules())
    #expect(found.map(\.subject) == ["instances", "limits of b", "limits of c", "limits of d", "limits", "tenants"])
    #expect(found[1].seen.hasPrefix("por_dia: must be"))
    #expect(found[4].seen == "1 more document of limits can't be understood")
    #expect(found[5].seen.hasPrefix("2 tenants have a name in the hash ifinu:instancias"))
  }

  @Test(arguments: [
    (QueueError.unavailable("away"), 0), (.interrupted("away"), 0), (.refused("no"), 1), (.denied("no"), 1),
  ])
  func `a queue that is away is told by others, one that refuses is not`(fault: QueueError, count: Int) async throws {
    let found = await findings(Store(fault: fault), try Self.rules(workers: 10, instance: "loja"))
    #expect(found.map(\.health) == [Finding.Health](repeating: .doubtful, count: count))
  }
}

/// UTC as a TZif file of version 2 without any transition.
let utcFile: [UInt8] = {
  let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 31) + [0, 0, 0, 1] + [0, 0, 0, 4]
  let block = header + [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
  return block + block + Array("\nUTC0\n".utf8)
}()
