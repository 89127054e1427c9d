/// How a sandbox behaves.
package struct SandboxOptions: Sendable {
  /// The instances that there are to begin with; nil: every name is one.
  package var instances: Set<String>?
  /// Instances that have lost their connection to WhatsApp: sending on them fails.
  package var closedInstances: Set<String> = []
  /// The key that requests must carry, unless it is their instance's own; nil: any or none.
  package var apiKey: String?
  /// How long a send takes until it is answered.
  package var latency = Duration.zero
  /// The share of sends that go wrong.
  package var faults = FaultRates()
  /// What goes wrong each time, to begin with.
  package var standingFaults = StandingFaults()
  /// Makes faults, message ids and tokens repeatable; nil: another run, another course.
  package var seed: UInt64?
  /// How many messages are kept to be looked at; all are counted.
  package var keptMessages = 100_000
  /// Whether messages can be found again; false is Evolution's `DATABASE_SAVE_DATA_NEW_MESSAGE=false`.
  package var keepsMessages = true
  /// What becomes of the ninth digit in the addresses that messages are kept under.
  package var ninthDigit = NinthDigit.usual
  /// How long it takes until somebody has read the QR code of an instance that is connecting.
  package var pairingTime = Duration.seconds(2)
  /// How far messages get that were taken.
  package var acknowledgement = Acknowledgement.server
  /// How long a message takes from one status to the next.
  package var acknowledgementPace = Duration.milliseconds(100)
  /// Where events are told.
  package var webhooks = WebhookOptions()
  /// Told each message as it is taken; quick work only.
  package var onReceive: (@Sendable (ReceivedMessage) -> Void)?
  /// Asked first for an answer to each request; nil leaves it to the sandbox.
  package var respond: (@Sendable (SandboxRequest) -> ScriptedAnswer?)?

  /// Every instance is there, nothing goes wrong, answers come at once.
  package init() {}
}
