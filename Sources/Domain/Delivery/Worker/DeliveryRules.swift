internal import Messaging

/// What a delivery decides by.
struct DeliveryRules: Sendable {
  /// What becomes of a message whose attempt failed.
  let verdicts: VerdictPolicy
  /// For how long an instance is stopped.
  let stops: StopPolicy
  /// How uncertain sends are looked up.
  let reconciliation: ReconciliationPolicy
  /// What an instance keeps to now; nil when it has no limits.
  let limits: @Sendable (InstanceName) -> InstanceStart?
  /// What decides whether a message may still go out; nil lets all go.
  let gate: (any SendGate)?
  /// When nobody is written to; nil for never.
  let quietHours: QuietHours?
  /// Whether later messages to a recipient wait behind one that is to be tried again.
  let keepsOrder: Bool
  /// What looks uncertain sends up.
  let lookup: (any SentMessageLookup)?
}
