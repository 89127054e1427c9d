import Delivery
import Messaging
import Operations
import Redis
import TestSupport
import Testing

@testable import RedisQueue

@Suite(.hangLimit) struct OptOutTests {
  private static let long = "5511988887777"
  private static let short = "551188887777"
  private static let landline = "551133334444"

  private func withOptOuts(_ body: (RedisHarness, RedisOptOuts) async throws -> Void) async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      try await body(harness, RedisOptOuts(over: harness.connection, keys: harness.keys))
    }
  }

  private func number(_ text: String) throws -> PhoneNumber { try PhoneNumber(parsing: text) }

  private func members(_ harness: RedisHarness, _ key: String = "ifinu:descadastrados") async throws -> Set<String> {
    Set(try await harness.ask("SMEMBERS", key).requireElements().compactMap(\.text))
  }

  @Test(arguments: [(long, short), (short, long)])
  func `both forms of a mobile are one number`(stored: String, other: String) async throws {
    try await withOptOuts { harness, store in
      let (first, second, plain) = (try number(stored), try number(other), try number(Self.landline))
      #expect(try await store.add([first], to: .everyone) == 1)
      #expect(try await store.add([second, first, second], to: .everyone) == 0)
      #expect(try await members(harness) == [stored])
      #expect(try await store.contains([plain, second, first], in: .everyone) == [false, true, true])
      #expect(try await store.remove([second, plain], from: .everyone) == 1)
      #expect(try await members(harness).isEmpty)
      // What somebody else has written down in both forms goes in one.
      try await harness.ask("SADD", "ifinu:descadastrados", Self.long, Self.short)
      #expect(try await store.remove([second], from: .everyone) == 1)
      #expect(try await members(harness).isEmpty)
    }
  }

  @Test func `of two forms that are added together one is kept`() async throws {
    try await withOptOuts { harness, store in
      let numbers = [try number(Self.short), try number(Self.long), try number(Self.landline)]
      #expect(try await store.add(numbers, to: .everyone) == 2)
      #expect(try await members(harness) == [Self.short, Self.landline])
      #expect(try await store.count(in: .everyone) == 2)
      #expect(try await store.add([], to: .everyone) == 0)
      #expect(try await store.contains([], in: .everyone).isEmpty)
    }
  }

  @Test func `a tenant's list is its own, however the tenant's id is written`() async throws {
    try await withOptOuts { harness, store in
      let id = "3f1c8e0a-5b7d-4c2e-9a61-2f0d8b6c4e11"
      let tenant = OptOutScope.tenant(try #require(TenantID("{\(id.uppercased())}")))
      let number = try number(Self.long)
      #expect(try await store.add([number], to: tenant) == 1)
      #expect(try await members(harness, "ifinu:descadastrados:\(id)") == [Self.long])
      #expect(try await store.contains([number], in: .everyone) == [false])
      #expect(try await store.contains([number], in: .tenant(try #require(TenantID(id)))) == [true])
    }
  }

  @Test func `thousands go in once, and come out page by page`() async throws {
    try await withOptOuts { _, store in
      let numbers = try (0..<2_500).map { try number("119\(80_000_000 + $0)") }
      #expect(try await store.add(numbers + numbers, to: .everyone) == 2_500)
      #expect(try await store.add(numbers, to: .everyone) == 0)
      var (seen, cursor, pages): (Set<String>, String?, Int) = ([], nil, 0)
      repeat {
        let page = try await store.page(of: .everyone, from: cursor, count: 100)
        seen.formUnion(page.entries)
        cursor = page.next
        pages += 1
      } while cursor != nil
      #expect(seen == Set(numbers.map(\.digits)) && pages > 5)
      #expect(try await store.remove(numbers, from: .everyone) == 2_500)
      #expect(try await store.page(of: .everyone, from: nil, count: 100) == ([], nil))
    }
  }

  @Test func `a key of another type is named`() async throws {
    try await withOptOuts { harness, store in
      try await harness.ask("SET", "ifinu:descadastrados", "x")
      let error = try await #require(throws: QueueError.self) { try await store.count(in: .everyone) }
      #expect("\(error)".contains("ifinu:descadastrados holds a string where a set belongs"), "\(error)")
      await #expect(throws: QueueError.self) { try await store.add([try number(Self.long)], to: .everyone) }
      await #expect(throws: QueueError.self) { try await store.remove([try number(Self.long)], from: .everyone) }
    }
  }
}
