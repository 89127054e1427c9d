internal import Synchronization

/// Whether a connection is up, for who asks from elsewhere.
final class ConnectionStatus: Sendable {
  private let up = Atomic(false)

  /// Whether the last round-trip succeeded.
  var isUp: Bool { up.load(ordering: .relaxed) }

  func note(isUp: Bool) { up.store(isUp, ordering: .relaxed) }
}
