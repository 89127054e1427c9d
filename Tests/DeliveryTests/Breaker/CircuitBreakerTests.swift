import Delivery
import TestSupport
import Testing
import Time

@Suite struct CircuitBreakerTests {
  private let clock = ManualClock()

  @Test func `tells each change of its state once`() {
    let breaker = CircuitBreaker(failureLimit: 2, cooldown: .seconds(10), clock: MonotonicClock(clock))
    #expect(breaker.record(.hostFailed, of: .ordinary) == nil)
    #expect(breaker.record(.hostFailed, of: .ordinary) == .open)
    #expect(breaker.record(.hostFailed, of: .ordinary) == nil)
    #expect(breaker.admit() == nil)
    #expect(breaker.timeToProbe == .seconds(10))
    clock.advance(by: .seconds(10))
    #expect(breaker.phase == .halfOpen)
    #expect(breaker.allowance == 1)
    #expect(breaker.admit() == .probe)
    #expect(breaker.allowance == 0)
    #expect(breaker.record(.hostFailed, of: .probe) == .open)
    clock.advance(by: .seconds(10))
    #expect(breaker.admit() == .probe)
    #expect(breaker.record(.hostAnswered, of: .probe) == .closed)
    #expect(breaker.allowance == .max)
  }

  @Test func `lets one of many through as the probe`() async {
    let breaker = CircuitBreaker(failureLimit: 1, cooldown: .seconds(10), clock: MonotonicClock(clock))
    _ = breaker.record(.hostFailed, of: .ordinary)
    clock.advance(by: .seconds(10))
    let probes = Recorder<BreakerState.Pass>()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { if let pass = breaker.admit() { probes.add(pass) } } }
    }
    #expect(probes.values == [.probe])
  }
}
