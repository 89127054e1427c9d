import TestSupport
import Testing

@testable import RedisQueue

@Suite(.hangLimit)
struct ConformanceTests {
  @Test(arguments: MessageQueueConformance.all)
  func `the queue in Redis`(_ check: MessageQueueConformance) async throws {
    try await withRedisServer { server in try await check.run(on: RedisHarness(server)) }
  }

  @Test(arguments: MessageQueueConformance.all)
  func `the queue in memory`(_ check: MessageQueueConformance) async throws {
    try await check.run(on: InMemoryHarness())
  }
}
