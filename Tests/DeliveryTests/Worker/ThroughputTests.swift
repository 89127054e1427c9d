import TestSupport
import Testing
import Time

@testable import Delivery

@Suite struct ThroughputTests {
  private let clock = ManualClock()
  private let throughput: Throughput

  init() { throughput = Throughput(clock: MonotonicClock(clock)) }

  @Test func `at first it is what was taken so far, as if in half a second`() {
    #expect(throughput.perSecond == 0)
    throughput.note(10)
    #expect(throughput.perSecond == 20)
    throughput.note(5)
    #expect(throughput.perSecond == 30)
  }

  @Test(arguments: [(500, 100), (1_000, 50), (2_000, 25)])
  func `afterwards it is the rate of the last window that is over`(milliseconds: Int, perSecond: Int) {
    throughput.note(50)
    clock.advance(by: .milliseconds(milliseconds))
    throughput.note(1)
    #expect(throughput.perSecond == perSecond)
  }

  @Test func `a window under way counts where it is better than the last`() {
    throughput.note(50)
    clock.advance(by: .milliseconds(500))
    throughput.note(10)
    #expect(throughput.perSecond == 100)
    throughput.note(90)
    #expect(throughput.perSecond == 200)
  }

  @Test func `after a pause it is low`() {
    throughput.note(1_000)
    clock.advance(by: .seconds(100))
    throughput.note(0)
    #expect(throughput.perSecond == 10)
    clock.advance(by: .seconds(100))
    throughput.note(0)
    #expect(throughput.perSecond == 0)
  }

  @Test func `loses nothing under many at once`() async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<500 { group.addTask { throughput.note(2) } }
    }
    #expect(throughput.perSecond == 2_000)
  }
}
