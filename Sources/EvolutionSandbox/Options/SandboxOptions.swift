/// How a sandbox behaves.
package struct SandboxOptions: Sendable {
  /// The instances there are; nil: every name is one.
  package var instances: Set<String>?
  /// Instances that have lost their connection to WhatsApp: sending on them fails.
  package var closedInstances: Set<String> = []
  /// The key that requests must carry; nil: any or none.
  package var apiKey: String?
  /// How long a send takes until it is answered.
  package var latency = Duration.zero
  /// The share of sends that go wrong.
  package var faults = FaultRates()
  /// Makes faults and message ids repeatable; nil: another run, another course.
  package var seed: UInt64?
  /// How many messages are kept to be looked at; all are counted.
  package var keptMessages = 100_000
  /// Told each message as it is taken; quick work only.
  package var onReceive: (@Sendable (ReceivedMessage) -> Void)?
  /// Asked first for an answer to each request; nil leaves it to the sandbox.
  package var respond: (@Sendable (SandboxRequest) -> ScriptedAnswer?)?

  /// Every instance is there, nothing goes wrong, answers come at once.
  package init() {}
}

/// Shares of sends that go wrong, from 0 to 1; together they should not be above 1.
package struct FaultRates: Sendable {
  /// Answered with 429, `Retry-After: 1`; not sent.
  package var limit: Double
  /// Answered with one of the 500s that are worth another try; not sent.
  package var fail: Double
  /// Sent, and never answered: as the real one, which goes on when its client has given up.
  package var hang: Double

  /// Shares of sends that go wrong.
  package init(limit: Double = 0, fail: Double = 0, hang: Double = 0) {
    self.limit = limit
    self.fail = fail
    self.hang = hang
  }
}
