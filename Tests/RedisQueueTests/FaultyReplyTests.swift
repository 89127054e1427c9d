import Delivery
import Messaging
import Redis
import TestSupport
import Testing

@testable import RedisQueue

@Suite(.hangLimit)
struct FaultyReplyTests {
  @Test(arguments: ["LOADING Redis is loading", "READONLY You can't write against a read only replica."])
  func `counts a server that can't serve now as away`(_ words: String) async throws {
    let server = try FakeServer { _ in .say("-\(words)\r\n") }
    let redis = try queue(at: server)
    await #expect(throws: QueueError.unavailable(words)) { try await redis.snapshot() }
  }

  @Test
  func `never repeats the arguments that a server quotes`() async throws {
    let server = try FakeServer { _ in
      .say("-ERR unknown command 'EVALSHA', with args beginning with: '5511999990001' \r\n")
    }
    let redis = try queue(at: server)
    await #expect(throws: QueueError.refused("ERR unknown command 'EVALSHA'")) {
      try await redis.reserve(upTo: 1)
    }
  }

  @Test(arguments: [
    ":1\r\n", ":-1\r\n", "$-1\r\n", "$1\r\nx\r\n", "+OK\r\n", "*0\r\n", "*-1\r\n",
    "*4\r\n*3\r\n:1\r\n:0\r\n:0\r\n*0\r\n*0\r\n:0\r\n",
    "*4\r\n*3\r\n:-5\r\n:9\r\n:9\r\n*1\r\n:1\r\n*1\r\n$1\r\nx\r\n:0\r\n",
    "*8\r\n$1\r\na\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n", "*2\r\n:99\r\n:99\r\n",
  ])
  func `takes a reply of an unexpected type for an error, never for a reason to crash`(_ reply: String) async throws {
    let server = try FakeServer { _ in .say(reply) }
    let redis = try queue(at: server)
    let lease = Lease(token: Lease.Token("t"), lane: .low, payload: [])
    let operations: [() async throws -> Void] = [
      { _ = try await redis.reserve(upTo: 3) }, { _ = try await redis.snapshot() }, { _ = try await redis.promote() },
      { _ = try await redis.recover() }, { _ = try await redis.extend([lease.token]) },
      { _ = try await redis.settle(lease, as: .acknowledge) }, { _ = try await redis.settle(lease, as: .release) },
      { _ = try await redis.settle(lease, as: .retry(payload: [], after: .zero)) },
      { _ = try await redis.settle(lease, as: .bury(DeadLetterCause(reason: .uncertain, error: ""))) },
      { _ = try await redis.instance(ofTenant: "t") },
    ]
    var refusals = 0
    for operation in operations {
      do {
        try await operation()
      } catch QueueError.refused {
        refusals += 1
      }
    }
    #expect(refusals >= 5)
  }

  private func queue(at server: FakeServer) throws -> RedisMessageQueue {
    try RedisMessageQueue(
      url: RedisURL(server.url), keys: RedisKeys(), lease: .seconds(60), timeouts: .patient, logger: quiet)
  }
}
