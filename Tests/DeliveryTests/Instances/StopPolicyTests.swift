import Delivery
import TestSupport
import Testing
import Time

@Suite struct StopPolicyTests {
  @Test func `waits for 2 seconds up to 3 minutes unless told otherwise`() {
    let stop = StopPolicy().stop(of: .named("loja"), after: SendFailure(.credential, detail: "x"), random: 0)
    #expect(
      stop
        == InstanceStop(
          of: .named("loja"), because: .credential, waits: [2, 5, 10, 20, 40, 80, 150, 180].map { .seconds($0) }))
    #expect(stop.grows)
  }

  @Test(
    arguments: [
      (0.0, [1_000, 4_000]), (1, [1_200, 4_800]), (-1, [800, 3_200]), (0.5, [1_100, 4_400]),
    ] as [(Double, [Int])])
  func `moves its waits by their random share`(random: Double, milliseconds: [Int]) {
    let policy = StopPolicy(waits: [.seconds(1), .seconds(4)], jitter: 0.2)
    let stop = policy.stop(of: .named("loja"), after: SendFailure(.timedOut, detail: "x"), random: random)
    for (wait, expected) in zip(stop.waits, milliseconds) {
      #expect(abs(wait.inSeconds * 1_000 - Double(expected)) < 0.001)
    }
    #expect(stop.waits.count == 2)
  }

  @Test(arguments: [-1.0, 0, 1])
  func `waits no shorter than it was asked to`(random: Double) {
    let policy = StopPolicy(waits: [.seconds(1), .seconds(60)], jitter: 0.1)
    let failure = SendFailure(.rateLimited, detail: "x", retryAfter: .seconds(30))
    let stop = policy.stop(of: .named("loja"), after: failure, random: random)
    #expect(stop.waits[0] == .seconds(30))
    #expect(abs(stop.waits[1].inSeconds - 60 * (1 + 0.1 * random)) < 0.001)
  }
}
