import Delivery
import Messaging
import TestSupport
import Testing
import Time

@testable import RedisQueue

@Suite(.hangLimit) struct InstanceKeepingTests {
  @Test func `an interval that was shortened holds at once, and a look alone shortens none`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let queue = try harness.limitedQueue()
      let instance = try #require(InstanceName("A"))
      try await harness.push(#"{"id":"1","instancia":"A"}"#, #"{"id":"2","instancia":"A"}"#)
      var lease = try await queue.reserve(upTo: 1)[0]
      let limits = InstanceStart(
        interval: .seconds(3600), day: CalendarDate(daysSince1970: 20_785),
        nextDay: Timestamp(milliseconds: 4_000_000_000_000))
      lease.start = limits
      #expect(try await queue.begin(lease, on: instance, within: limits) == .granted)
      _ = try await queue.settle(lease, as: .acknowledge)
      try await harness.redis.reconsider(instance, pacedBy: nil)
      #expect(try await queue.reserve(upTo: 1).isEmpty)
      try await harness.redis.reconsider(instance, pacedBy: .milliseconds(1))
      try await eventually("the next message") { try await queue.reserve(upTo: 1).count == 1 }
    }
  }

  @Test func `each stopped instance is looked at by one process, and is back when its connection is`() async throws {
    try await withRedisServer { server in
      let harness = try RedisHarness(server)
      let instance = try #require(InstanceName("A"))
      try await harness.push(#"{"id":"1","instancia":"A"}"#)
      let lease = try await harness.queue.reserve(upTo: 1)[0]
      let stop = InstanceStop(of: instance, because: .instanceUnavailable, waits: [.seconds(3600)])
      _ = try await harness.queue.settle(lease, as: .park(stop))
      let first = try await harness.redis.stoppedInstances(lookedAtBefore: .seconds(60))
      #expect(first == [StoppedInstance(instance: instance, lastConnection: nil)])
      #expect(try await harness.redis.stoppedInstances(lookedAtBefore: .seconds(60)).isEmpty)
      try await harness.redis.note(.closed, of: instance)
      let second = try await harness.redis.stoppedInstances(lookedAtBefore: .zero)
      #expect(second == [StoppedInstance(instance: instance, lastConnection: .closed)])
      #expect(second[0].isBack(with: .open))
      #expect(!second[0].isBack(with: .closed) && !first[0].isBack(with: .open))
      #expect(try await harness.queue.reserve(upTo: 1).isEmpty)
      try await harness.redis.reconsider(instance, pacedBy: nil)
      #expect(try await harness.queue.reserve(upTo: 1).count == 1)
    }
  }
}
