/// Whose fault a failure is: what else would fail in the same way, and so must be left alone.
public enum FaultScope: Sendable, Hashable, CaseIterable {
  /// This message's alone, as far as can be told: the next one may go out.
  case message
  /// The instance's: other messages on it would meet with the same, other instances go on.
  case instance
  /// The host's, or of what lies before it: every message would meet with the same.
  case host
}
