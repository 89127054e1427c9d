import Delivery
import Messaging
import Operations
import Redis
import TestSupport
import Testing
import Time

@testable import RedisQueue

@Suite(.hangLimit) struct InstancesTests {
  private static let hour = Duration.seconds(3600)

  private func withInstances(_ body: (RedisHarness, RedisInstances) async throws -> Void) async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await body(harness, RedisInstances(over: harness.connection, keys: harness.keys))
    }
  }

  private func name(_ text: String) throws -> InstanceName { try #require(InstanceName(text)) }

  private func payloads(_ instance: String, _ count: Int) -> [[UInt8]] {
    (1...count).map {
      Array(#"{"id":"\#(instance)-\#($0)","instancia":"\#(instance)","telefone":"5511988887777","texto":"x"}"#.utf8)
    }
  }

  private func sort(_ harness: RedisHarness) async throws { while try await harness.queue.sort() {} }

  private func park(_ lease: Lease, _ instance: String, for wait: Duration = hour) -> Settlement {
    // The names of these tests are names of instances.
    InstanceName(instance).map {
      .park(InstanceStop(of: $0, because: .credential, waits: [wait]))
    } ?? .release
  }

  private func record(_ name: String, _ survey: InstanceSurvey) throws -> InstanceRecord {
    try #require(survey.records.first { $0.name == name })
  }

  @Test func `what waits, what stops it and what was sent is told of each instance`() async throws {
    try await withInstances { harness, instances in
      #expect(try await instances.survey().records.isEmpty)
      try await harness.push(payloads("A", 3) + payloads("B", 2), to: .standard)
      try await harness.push(payloads("A", 1), to: .urgent)
      try await harness.ask("HSET", harness.keys.limits, "B", #"{"simultaneas":1}"#, "Z", "{}")
      try await sort(harness)
      // A is stopped, B has one send under way, and one of A's messages waits for the day.
      var b: Lease?
      for lease in try await harness.queue.reserve(upTo: 3) {
        if lease.origin?.instance == "B" {
          let limits = InstanceStart(
            concurrency: 1, dailyCap: DailyCap(perDay: 9), day: CalendarDate(daysSince1970: 20_000),
            nextDay: Timestamp(milliseconds: 4_000_000_000_000))
          var lease = lease
          lease.start = limits
          #expect(try await harness.queue.begin(lease, on: try name("B"), within: limits) == .granted)
          b = lease
        } else if lease.lane == .urgent {
          let night = Filing.Apart(.quietHours, "America/Manaus", for: Self.hour)
          _ = try await harness.queue.settle(lease, as: .file(Filing(under: try name("A"), apart: night)))
        } else {
          _ = try await harness.queue.settle(lease, as: park(lease, "A"))
        }
      }
      try await harness.push(payloads("A", 1), to: .low)
      let survey = try await instances.survey()
      #expect(survey.records.count == 2 && survey.unsorted == 1 && survey.unassigned == 0)

      let a = try record("A", survey)
      #expect(a.stop?.reason == "credencial" && a.stop?.isPause == false && a.stop?.level == 1)
      #expect(a.stop.map { $0.until.since($0.since) } == Self.hour)
      #expect(a.pace == nil && a.limits == nil)
      #expect(Set(a.queues.map(\.apart)) == [nil, "silencio"])
      #expect(a.queues.first { $0.apart == nil }?.waiting == [.standard: 3])
      #expect(a.queues.first { $0.apart == nil }?.turn == .later(a.stop?.until))
      #expect(a.queues.first { $0.apart != nil }?.waiting == [.urgent: 1])

      let limited = try record("B", survey)
      #expect(limited.pace?.underWay == 1 && limited.stop == nil && limited.limits == Array(#"{"simultaneas":1}"#.utf8))
      #expect(limited.queues.map(\.count) == [1])
      _ = try await harness.queue.settle(try #require(b), as: .acknowledge)
      let after = try record("B", await instances.survey())
      #expect(after.pace?.underWay == 0 && after.pace?.sent == 1 && after.pace?.day == 20_000)
      #expect(after.pace?.firstDay == 20_000 && after.queues.map(\.turn) == [.next])

      let details = try record("A", await instances.record(of: try name("A")))
      #expect(details.queues.count == 2 && details.queues.allSatisfy { !$0.oldest.isEmpty })
      #expect(try record("nada", await instances.record(of: try name("nada"))).isBlank)
      #expect(Set(try await instances.names()) == ["A", "B", "Z"])
    }
  }

  @Test func `a send whose worker has vanished is not under way`() async throws {
    try await withInstances { harness, instances in
      try await harness.ask("HSET", harness.keys.limits, "A", #"{"simultaneas":1}"#)
      try await harness.push(payloads("A", 1), to: .standard)
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      let limits = InstanceStart(
        concurrency: 1, day: CalendarDate(daysSince1970: 1), nextDay: Timestamp(milliseconds: 4_000_000_000_000))
      #expect(try await harness.queue.begin(lease, on: try name("A"), within: limits) == .granted)
      try await harness.ask("DEL", harness.keys.inFlight)
      #expect(try record("A", await instances.survey()).pace?.underWay == 0)
    }
  }

  @Test func `messages of tenants without a known instance are counted apart`() async throws {
    try await withInstances { harness, instances in
      let charge = Array(#"{"usuarioId":"desconhecido","telefone":"5511988887777","texto":"x"}"#.utf8)
      try await harness.push(payloads("A", 1) + [charge, charge], to: .standard)
      try await sort(harness)
      let survey = try await instances.survey()
      #expect(survey.records.map(\.name) == ["A"])
      #expect(survey.unassigned == 2 && survey.unassignedTenants == 1)
    }
  }

  @Test func `a lane of one instance's messages is told as that instance's as far as it was read`() async throws {
    try await withInstances { harness, instances in
      try await harness.push(payloads("A", 5), to: .standard)
      try await sort(harness)
      try await harness.push(payloads("A", 2), to: .standard)
      let survey = try await instances.survey()
      #expect(try record("A", survey).queues == [.init(waiting: [.standard: 5], turn: .next)])
      #expect(survey.unsorted == 2)
    }
  }

  @Test func `a paused instance gives nothing out until it is resumed, and the others go on`() async throws {
    try await withInstances { harness, instances in
      #expect(try await instances.pause(try name("A")) == nil)
      #expect(try await instances.pause(try name("A")) == .pause)
      try await harness.push(payloads("A", 2) + payloads("B", 1), to: .standard)
      let others = try await harness.queue.reserve(upTo: 9)
      #expect(others.map(\.origin?.group) == ["B"])
      let survey = try await instances.survey()
      let paused = try record("A", survey)
      #expect(paused.stop?.isPause == true && paused.queues == [.init(waiting: [.standard: 2], turn: .later(nil))])
      // What fails while it is paused neither ends nor replaces the pause.
      _ = try await harness.queue.settle(others[0], as: park(others[0], "A"))
      #expect(try record("A", await instances.survey()).stop == paused.stop)

      #expect(try await instances.resume(try name("A")) == .pause)
      #expect(try await instances.resume(try name("A")) == nil)
      #expect(try await harness.queue.reserve(upTo: 9).count == 3)
      #expect(try await instances.survey().records.isEmpty)
    }
  }

  @Test func `a pause holds what had its turn apart, and resuming lets it go`() async throws {
    try await withInstances { harness, instances in
      // Its name has what patterns are made of.
      let odd = "a*[b]?\\"
      let text = odd.replacing("\\", with: "\\\\")
      try await harness.push(payloads(text, 1) + payloads("B", 1), to: .standard)
      try await sort(harness)
      let group = Filing(under: try name(odd), apart: Filing.Apart(.quietHours, "x", for: .zero)).group
      let neighbour = Filing(under: try name("a1b1c"), apart: Filing.Apart(.quietHours, "x", for: .zero)).group
      for lease in try await harness.queue.reserve(upTo: 2) {
        let name = try name(lease.origin?.instance == "B" ? "a1b1c" : odd)
        let apart = Filing.Apart(.quietHours, "x", for: .zero)
        _ = try await harness.queue.settle(lease, as: .file(Filing(under: name, apart: apart)))
      }
      _ = try await instances.pause(try name(odd))
      #expect(try await harness.ask("ZSCORE", harness.keys.turns, group) == .null)
      #expect(try await harness.ask("ZSCORE", harness.keys.turns, neighbour) != .null)
      #expect(try await harness.ask("ZSCORE", harness.keys.blocked, group).text == "inf")
      _ = try await instances.resume(try name(odd))
      #expect(try await harness.ask("ZSCORE", harness.keys.blocked, group) == .null)
      #expect(try await harness.queue.reserve(upTo: 9).count == 2)
    }
  }

  @Test func `resuming ends a stop, and the next one is a first one`() async throws {
    try await withInstances { harness, instances in
      try await harness.push(payloads("A", 2), to: .standard)
      for _ in 1...2 {
        let lease = try await harness.queue.reserve(upTo: 1)[0]
        _ = try await harness.queue.settle(lease, as: park(lease, "A"))
        #expect(try record("A", await instances.survey()).stop?.level == 1)
        #expect(try await harness.queue.reserve(upTo: 1).isEmpty)
        #expect(try await instances.resume(try name("A")) == .stop)
      }
      #expect(try await harness.queue.reserve(upTo: 9).count == 2)
    }
  }

  @Test func `a refresh drops the tenants of one instance and lets it try at once`() async throws {
    try await withInstances { harness, instances in
      let tenant = try #require(TenantID("3F1C8E0A-5B7D-4C2E-9A61-2F0D8B6C4E11"))
      let cache = harness.keys.directory
      for index in 0..<1_200 { try await harness.ask("HSET", cache, "t\(index)", "99|\(index % 3 == 0 ? "A" : "AB")") }
      try await harness.ask("HSET", cache, tenant.canonical, "99|C|D")
      try await harness.ask("HSET", harness.keys.instances, "t1", "A")
      #expect(try await instances.tenants(of: try name("A")) == (1, 400))
      #expect(try await instances.tenants(of: try name("C|D")) == (0, 1))
      #expect(Set(try await instances.names()) == ["A", "AB", "C|D"])
      #expect(try await instances.forgetTenants(of: try name("A")) == 400)
      #expect(try await harness.ask("HLEN", cache).integer == 801)
      #expect(try await instances.forget(tenant))
      #expect(try await !instances.forget(tenant))

      #expect(try await !instances.retry(try name("A")))
      try await harness.push(payloads("A", 2), to: .standard)
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      _ = try await harness.queue.settle(lease, as: park(lease, "A"))
      #expect(try await instances.retry(try name("A")))
      let trial = try await harness.queue.reserve(upTo: 9)
      #expect(trial.count == 1 && trial[0].origin?.isGuarded == true)
      _ = try await instances.pause(try name("A"))
      #expect(try await !instances.retry(try name("A")))
      #expect(try record("A", await instances.survey()).stop?.isPause == true)
    }
  }

  @Test func `ten thousand instances are told in steps of which none is long`() async throws {
    try await withInstances { harness, instances in
      let script = """
        for index = 1, 10000 do
          local name = 'loja ' .. index
          redis.call('LPUSH', KEYS[1] .. 'espera:whatsapp:' .. name, '1|{}')
          if index % 2 == 0 then
            redis.call('ZADD', KEYS[1] .. 'rodizio', index, name)
          else
            redis.call('ZADD', KEYS[1] .. 'rodizio:bloqueadas', index, name)
            redis.call('HSET', KEYS[1] .. 'instancias:saude', name, 'parada|credencial|1|1|9999999999999|')
          end
        end
        redis.call('HSET', KEYS[1] .. 'espera', 'whatsapp', 10000)
        """
      _ = try await harness.ask("EVAL", script, "1", harness.keys.prefix)
      let before = try await harness.commandCount()
      let survey = try await instances.survey()
      #expect(survey.records.count == 10_000)
      #expect(survey.records.count { $0.stop != nil } == 5_000)
      #expect(survey.records.allSatisfy { $0.queues.count == 1 })
      // Seven for each group within the scripts, and the scanning.
      #expect(try await harness.commandCount() - before < 100_000)
    }
  }
}
