import Delivery
import Messaging
import TestSupport
import Testing

@Suite struct FailureRunTests {
  private static func run(_ failures: [(FaultScope, InstanceName?)]) -> FailureRun {
    var run = FailureRun()
    for (scope, instance) in failures { run.note(scope, on: instance) }
    return run
  }

  @Test(arguments: [
    (host: 0, blames: false), (1, false), (19, false), (20, true), (21, true),
  ])
  func `so many failures of its own are the host's fault`(host: Int, blames: Bool) {
    let run = Self.run(Array(repeating: (.host, nil), count: host))
    #expect(run.blamesHost(failureLimit: 20) == blames)
  }

  @Test(arguments: [
    (failures: 7, instances: 7, blames: false), (8, 1, false), (8, 2, false), (1_000, 2, false), (8, 3, true),
    (8, 8, true), (9, 3, true), (1_000, 900, true),
  ])
  func `eight of any class are when three instances met with them`(failures: Int, instances: Int, blames: Bool) {
    for scope in [FaultScope.instance, .message] {
      let run = Self.run((0..<failures).map { (scope, InstanceName("loja-\($0 % instances)")) })
      #expect(run.blamesHost(failureLimit: 20) == blames)
    }
  }

  @Test(arguments: [(host: 5, others: 3, blames: true), (5, 2, false), (6, 2, false), (4, 3, false), (0, 8, true)])
  func `both kinds count together, where three instances were refused`(host: Int, others: Int, blames: Bool) {
    let refused = ["a", "b", "c"].map(InstanceName.named)
    let failures: [(FaultScope, InstanceName?)] =
      Array(repeating: (.host, nil), count: host) + (0..<others).map { (.instance, refused[$0 % 3]) }
    #expect(Self.run(failures).blamesHost(failureLimit: 20) == blames)
  }
}
