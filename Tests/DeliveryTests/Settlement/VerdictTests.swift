import Delivery
import Testing
import Time

@Suite struct VerdictTests {
  private static func rules(_ onUncertain: VerdictPolicy.OnUncertain = .park, jitter: Double = 0) -> VerdictPolicy {
    VerdictPolicy(
      retry: RetryPolicy(maximumAttempts: 3, base: .seconds(300), factor: 5, cap: .seconds(7200), jitter: jitter),
      onUncertain: onUncertain)
  }

  private static func verdict(
    _ kind: SendFailure.Kind, attempts: Int, deferrals: Int = 0, onUncertain: VerdictPolicy.OnUncertain = .park
  ) -> Verdict {
    rules(onUncertain).verdict(
      on: SendFailure(kind, detail: "x"), attempts: attempts, deferrals: deferrals, random: 0)
  }

  @Test(arguments: SendFailure.Kind.allCases, VerdictPolicy.OnUncertain.allCases)
  func `gives every failure its place`(kind: SendFailure.Kind, onUncertain: VerdictPolicy.OnUncertain) {
    for attempts in 0...4 {
      let verdict = Self.verdict(kind, attempts: attempts, deferrals: 7, onUncertain: onUncertain)
      let made = attempts + 1
      let passing: Verdict =
        made < 3
        ? .retry(after: .seconds(made == 1 ? 300 : 1500), attempts: made, deferrals: 7)
        : .dead(.attemptsExhausted, attempts: made)
      let expected: Verdict =
        switch kind {
        case .unknownNumber, .invalidRequest: .dead(.refused(kind), attempts: made)
        case .credential, .unknownInstance, .restricted, .instanceUnavailable, .timedOut, .serverError,
          .connectionFailed, .unlicensed:
          passing
        case .rateLimited: .retry(after: .seconds(7200), attempts: attempts, deferrals: 8)
        case .uncertain: onUncertain == .park ? .dead(.uncertain, attempts: made) : passing
        }
      #expect(verdict == expected)
    }
  }

  @Test(arguments: [
    (0, Verdict.retry(after: .seconds(300), attempts: 2, deferrals: 1)),
    (1, .retry(after: .seconds(1500), attempts: 2, deferrals: 2)),
    (19, .retry(after: .seconds(7200), attempts: 2, deferrals: 20)),
    (20, .dead(.deferralsExhausted, attempts: 2)), (Int.max, .dead(.deferralsExhausted, attempts: 2)),
  ])
  func `defers what is pushed back 20 times, without an attempt`(deferrals: Int, verdict: Verdict) {
    #expect(Self.verdict(.rateLimited, attempts: 2, deferrals: deferrals) == verdict)
  }

  @Test(arguments: [Duration.zero, .seconds(1), .seconds(90), .seconds(86_400), .seconds(1_000_000_000_000)])
  func `comes back no sooner than it was asked to`(asked: Duration) {
    let failure = SendFailure(.rateLimited, detail: "x", retryAfter: asked)
    for random in [-1.0, -0.3, 0, 0.3, 1] {
      let verdict = Self.rules(jitter: 0.1).verdict(on: failure, attempts: 0, deferrals: 0, random: random)
      guard case .retry(let delay, 0, 1) = verdict else {
        Issue.record("\(verdict)")
        return
      }
      #expect(delay >= asked)
      #expect(delay.inSeconds <= asked.inSeconds * 1.1 * (1 + 1e-12))
    }
  }

  @Test func `knows the permanent failures`() {
    #expect(SendFailure.Kind.allCases.filter(\.isPermanent) == [.unknownNumber, .invalidRequest])
  }

  @Test func `names every reason for a dead letter as the metrics page does`() {
    #expect(
      Set(DeathReason.allCases.map(\.name)) == [
        "numero_inexistente", "requisicao_invalida", "tentativas_esgotadas", "payload_invalido", "incerto", "veneno",
        "adiamentos_esgotados", "instancia_parada", "descadastrado",
      ])
  }
}
