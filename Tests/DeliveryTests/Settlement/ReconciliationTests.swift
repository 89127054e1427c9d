import Delivery
import Testing
import Time

@Suite struct ReconciliationTests {
  private static let policy = ReconciliationPolicy(sendTimeout: .seconds(30))
  private static let receipt = SendReceipt(providerID: "3EB0")

  @Test(arguments: [
    // ms of the send's time-out, s: first look, absent from, unknown from.
    (100, 0.2, 0.2, 60.0), (1_000, 2, 2, 60), (2_000, 2, 4, 60), (30_000, 2, 60, 300), (600_000, 2, 1_200, 6_000),
  ])
  func `goes by how long a send may take`(timeout: Int, first: Double, settled: Double, patience: Double) {
    let policy = ReconciliationPolicy(sendTimeout: .milliseconds(timeout))
    #expect(policy.isOn)
    #expect(policy.firstLook == .seconds(first))
    #expect(policy.settlingTime == .seconds(settled))
    #expect(policy.patience == .seconds(patience))
  }

  @Test(
    arguments: [
      (.found(receipt), 0, .sent(receipt)), (.found(receipt), 1_000_000, .sent(receipt)),
      // What is not there yet may still come, until twice the time has passed.
      (.absent, 0, .lookAgain(after: .seconds(2))), (.absent, 2, .lookAgain(after: .seconds(2))),
      (.absent, 10, .lookAgain(after: .seconds(5))), (.absent, 59, .lookAgain(after: .seconds(1))),
      (.absent, 60, .absent), (.absent, 1_000_000, .absent),
      // Asked the more rarely the older the question is.
      (.unknown("x"), 0, .lookAgain(after: .seconds(2))), (.unknown("x"), 60, .lookAgain(after: .seconds(30))),
      (.unknown("x"), 200, .lookAgain(after: .seconds(60))), (.unknown("x"), 299, .lookAgain(after: .seconds(60))),
      (.unknown("x"), 300, .unknown), (.unknown("x"), 1_000_000, .unknown), (.unsupported("x"), 0, .unknown),
    ] as [(SentLookup, Int, Reconciliation)])
  func `makes of an answer what its age allows`(lookup: SentLookup, age: Int, reconciliation: Reconciliation) {
    #expect(Self.policy.reconciliation(lookup, age: .seconds(age)) == reconciliation)
  }

  @Test(arguments: [100, 500, 2_000, 30_000, 600_000])
  func `asks a few times only until it is decided`(timeout: Int) {
    let policy = ReconciliationPolicy(sendTimeout: .milliseconds(timeout))
    for lookup in [SentLookup.absent, .unknown("x")] {
      var (age, looks) = (policy.firstLook, 1)
      while case .lookAgain(let rest) = policy.reconciliation(lookup, age: age), looks < 1_000 {
        #expect(rest > .zero)
        age += rest
        looks += 1
      }
      #expect(looks <= 120, "\(timeout) ms: \(looks)")
      #expect(age < policy.patience + .seconds(61))
    }
  }
}
