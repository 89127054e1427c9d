import Concurrency
import Synchronization
import TestSupport
import Testing

@Suite(.hangLimit) struct AsyncSemaphoreTests {
  @Test func `lets no more go on at once than it has permits`() async {
    let semaphore = AsyncSemaphore(3)
    let running = Running()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<200 {
        group.addTask {
          await semaphore.withPermit {
            running.begin()
            await Task.yield()
            running.end()
          }
        }
      }
    }
    #expect((1...3).contains(running.most))
  }

  @Test func `has one permit at least`() async {
    #expect(await AsyncSemaphore(0).withPermit { 7 } == 7)
  }
}

private final class Running: Sendable {
  private let counts = Mutex((now: 0, most: 0))

  /// The most that there were at once.
  var most: Int { counts.withLock(\.most) }

  func begin() {
    counts.withLock { counts in
      counts.now += 1
      counts.most = max(counts.most, counts.now)
    }
  }

  func end() { counts.withLock { $0.now -= 1 } }
}
