import Messaging
import TestSupport
import Testing
import Time

@testable import Delivery

@Suite struct ShardRouterTests {
  private let instance = InstanceName("loja")
  private let clock = ManualClock()

  private func router(_ directory: StubShardDirectory) -> ShardRouter {
    ShardRouter(count: 2, directory: directory, clock: MonotonicClock(clock))
  }

  @Test func `takes the directory's word before the hash's`() async throws {
    let instance = try #require(instance)
    #expect(try await router(StubShardDirectory()).shard(of: instance)?.name == "1")
    #expect(try await router(StubShardDirectory(["loja": "sul"])).shard(of: instance)?.name == "sul")
  }

  @Test func `gives none for a word that is no shard's name`() async throws {
    let router = router(StubShardDirectory(["loja": "a/b"]))
    #expect(try await router.shard(of: try #require(instance)) == nil)
  }

  @Test func `asks again after five seconds, and not before`() async throws {
    let instance = try #require(instance)
    let directory = StubShardDirectory(["loja": "0"])
    let router = router(directory)
    #expect(try await router.shard(of: instance)?.name == "0")
    directory.put("loja", on: "7")
    clock.advance(by: .milliseconds(4_999))
    #expect(try await router.shard(of: instance)?.name == "0")
    #expect(directory.questions == 1)
    clock.advance(by: .milliseconds(1))
    #expect(try await router.shard(of: instance)?.name == "7")
    #expect(directory.questions == 2)
  }

  @Test func `says that it could not ask, and remembers nothing of it`() async throws {
    let instance = try #require(instance)
    let directory = StubShardDirectory(["loja": "0"])
    directory.fail(with: .unavailable("gone"))
    let router = router(directory)
    await #expect(throws: QueueError.self) { try await router.shard(of: instance) }
    directory.fail(with: nil)
    #expect(try await router.shard(of: instance)?.name == "0")
  }
}
