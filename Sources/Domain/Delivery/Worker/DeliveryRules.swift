internal import Messaging
internal import Time

/// What a delivery decides by.
struct DeliveryRules: Sendable {
  /// What becomes of a message whose attempt failed.
  let verdicts: VerdictPolicy
  /// For how long an instance is stopped.
  let stops: StopPolicy
  /// How uncertain sends are looked up.
  let reconciliation: ReconciliationPolicy
  /// What an instance keeps to at a time; nil when it has no limits.
  let limits: @Sendable (InstanceName, Timestamp) -> InstanceStart?
  /// What looks uncertain sends up.
  let lookup: (any SentMessageLookup)?
}
