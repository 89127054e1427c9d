import Delivery
import Messaging
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

  /// A breaker that has learnt how so many refusals of so many instances in turn ended.
  private func breaker(refusals: Int, of instances: Int) -> BreakerState {
    var breaker = BreakerState(failureLimit: 20, cooldown: Self.cooldown)
    for number in 0..<refusals { breaker.record(refusal(number % instances), of: .ordinary, at: .zero) }
    return breaker
  }

  private func refusal(_ number: Int) -> End {
    .refused(.named("loja-\(number)"))
  }

  @Test(arguments: [
    (refusals: 7, instances: 7, phase: Phase.closed), (8, 2, .closed), (1_000, 1, .closed), (8, 3, .open),
    (8, 8, .open),
  ])
  func `opens on a run of refusals that several instances met with`(refusals: Int, instances: Int, phase: Phase) {
    #expect(breaker(refusals: refusals, of: instances).phase(at: .zero) == phase)
  }

  @Test func `an answer ends a run of refusals`() {
    var breaker = BreakerState(failureLimit: 20, cooldown: Self.cooldown)
    for round in 0..<10 {
      for number in 0..<7 { breaker.record(refusal(number), of: .ordinary, at: .zero) }
      #expect(breaker.phase(at: .zero) == .closed, "round \(round)")
      breaker.record(.hostAnswered, of: .ordinary, at: .zero)
    }
  }

  @Test func `failures of the host and refusals make one run`() {
    var breaker = BreakerState(failureLimit: 20, cooldown: Self.cooldown)
    for _ in 0..<5 { breaker.record(.hostFailed, of: .ordinary, at: .zero) }
    for number in 0..<2 { breaker.record(refusal(number), of: .ordinary, at: .zero) }
    #expect(breaker.phase(at: .zero) == .closed)
    breaker.record(refusal(2), of: .ordinary, at: .zero)
    #expect(breaker.phase(at: .zero) == .open)
  }

  @Test func `opened by refusals, another one is no sign of health, and an answer is`() {
    var breaker = breaker(refusals: 8, of: 8)
    #expect(breaker.admit(at: Self.cooldown) == .probe)
    breaker.record(refusal(9), of: .probe, at: Self.cooldown)
    #expect(breaker.phase(at: Self.cooldown * 2 - .nanoseconds(1)) == .open)
    #expect(breaker.admit(at: Self.cooldown * 2) == .probe)
    breaker.record(.hostAnswered, of: .probe, at: Self.cooldown * 2)
    #expect(breaker.phase(at: Self.cooldown * 2) == .closed)
  }

  @Test func `opened by the host's failures, a refusal shows that the host is back`() {
    var breaker = Condition.probing.breaker
    breaker.record(refusal(1), of: .probe, at: .zero)
    #expect(breaker.phase(at: .zero) == .closed)
  }

  @Test func `what opened it the last time is forgotten when it opens anew`() {
    var breaker = breaker(refusals: 8, of: 8)
    _ = breaker.admit(at: Self.cooldown)
    breaker.record(.hostAnswered, of: .probe, at: Self.cooldown)
    for _ in 0..<20 { breaker.record(.hostFailed, of: .ordinary, at: Self.cooldown) }
    #expect(breaker.admit(at: Self.cooldown * 2) == .probe)
    breaker.record(refusal(1), of: .probe, at: Self.cooldown * 2)
    #expect(breaker.phase(at: Self.cooldown * 2) == .closed)
  }
}
