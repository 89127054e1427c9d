import Delivery
import Testing

@Suite struct BreakerStateTests {
  typealias End = BreakerState.End
  typealias Pass = BreakerState.Pass
  typealias Phase = BreakerState.Phase

  private static let cooldown = Duration.seconds(10)

  /// The breaker in each of its conditions, at time zero.
  enum Condition: CaseIterable {
    case closed, closedWithOneFailureLeft, open, halfOpen, probing

    var breaker: BreakerState {
      var breaker = BreakerState(failureLimit: 3, cooldown: BreakerStateTests.cooldown)
      let failures = [.closed: 0, .closedWithOneFailureLeft: 2][self] ?? 3
      let start: Duration = self == .halfOpen || self == .probing ? .zero - BreakerStateTests.cooldown : .zero
      for _ in 0..<failures { breaker.record(.hostFailed, of: .ordinary, at: start) }
      if self == .probing { _ = breaker.admit(at: .zero) }
      return breaker
    }
  }

  @Test(
    arguments: [
      (Condition.closed, Phase.closed, Int.max, Pass.ordinary, nil),
      (.closedWithOneFailureLeft, .closed, .max, .ordinary, nil),
      (.open, .open, 0, nil, Duration.seconds(10)),
      (.halfOpen, .halfOpen, 1, .probe, Duration.zero),
      (.probing, .halfOpen, 0, nil, nil),
    ] as [(Condition, Phase, Int, Pass?, Duration?)])
  func `lets through what its state allows`(
    condition: Condition, phase: Phase, allowance: Int, pass: Pass?, timeToProbe: Duration?
  ) {
    var breaker = condition.breaker
    #expect(breaker.phase(at: .zero) == phase)
    #expect(breaker.allowance(at: .zero) == allowance)
    #expect(breaker.timeToProbe(at: .zero) == timeToProbe)
    #expect(breaker.admit(at: .zero) == pass)
  }

  @Test(arguments: [
    (Condition.closed, Pass.ordinary, End.hostAnswered, Phase.closed), (.closed, .ordinary, .hostFailed, .closed),
    (.closed, .ordinary, .abandoned, .closed), (.closed, .probe, .hostFailed, .closed),
    (.closedWithOneFailureLeft, .ordinary, .hostFailed, .open),
    (.closedWithOneFailureLeft, .ordinary, .hostAnswered, .closed),
    (.closedWithOneFailureLeft, .ordinary, .abandoned, .closed),
    (.open, .ordinary, .hostAnswered, .open), (.open, .ordinary, .hostFailed, .open),
    (.open, .probe, .hostAnswered, .open),
    (.halfOpen, .ordinary, .hostAnswered, .halfOpen), (.halfOpen, .ordinary, .hostFailed, .halfOpen),
    (.probing, .ordinary, .hostAnswered, .halfOpen), (.probing, .ordinary, .hostFailed, .halfOpen),
    (.probing, .probe, .hostAnswered, .closed), (.probing, .probe, .hostFailed, .open),
    (.probing, .probe, .abandoned, .halfOpen),
  ])
  func `moves on by how a message ended`(condition: Condition, pass: Pass, end: End, phase: Phase) {
    var breaker = condition.breaker
    breaker.record(end, of: pass, at: .zero)
    #expect(breaker.phase(at: .zero) == phase)
  }

  @Test func `opens on failures in a row only`() {
    var breaker = BreakerState(failureLimit: 3, cooldown: Self.cooldown)
    for _ in 0..<5 {
      breaker.record(.hostFailed, of: .ordinary, at: .zero)
      breaker.record(.hostFailed, of: .ordinary, at: .zero)
      breaker.record(.hostAnswered, of: .ordinary, at: .zero)
    }
    #expect(breaker.phase(at: .zero) == .closed)
    for _ in 0..<3 { breaker.record(.hostFailed, of: .ordinary, at: .zero) }
    #expect(breaker.phase(at: .zero) == .open)
  }

  @Test func `stays open for the whole cooldown, and again after a probe that failed`() {
    var breaker = Condition.open.breaker
    let nearly = Self.cooldown - .nanoseconds(1)
    #expect(breaker.allowance(at: nearly) == 0)
    #expect(breaker.timeToProbe(at: nearly) == .nanoseconds(1))
    #expect(breaker.admit(at: Self.cooldown) == .probe)
    breaker.record(.hostFailed, of: .probe, at: Self.cooldown)
    #expect(breaker.phase(at: Self.cooldown + nearly) == .open)
    #expect(breaker.admit(at: Self.cooldown * 2) == .probe)
    #expect(breaker.admit(at: Self.cooldown * 2) == nil)
    breaker.record(.hostAnswered, of: .probe, at: Self.cooldown * 2)
    #expect(breaker.phase(at: Self.cooldown * 2) == .closed)
  }

  @Test func `starts counting anew after a probe that succeeded`() {
    var breaker = Condition.probing.breaker
    breaker.record(.hostAnswered, of: .probe, at: .zero)
    for _ in 0..<2 { breaker.record(.hostFailed, of: .ordinary, at: .zero) }
    #expect(breaker.phase(at: .zero) == .closed)
  }
}
