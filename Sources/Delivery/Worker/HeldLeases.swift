internal import Synchronization

/// The leases that this process holds, and until when it may count on each.
///
/// A lease is counted from before the request that gave or extended it, so that it ends here no later than in the
/// queue.
final class HeldLeases: Sendable {
  private let validUntil = Mutex<[Lease.Token: Duration]>([:])

  var tokens: [Lease.Token] { validUntil.withLock { Array($0.keys) } }

  func add(_ leases: [Lease], validUntil end: Duration) {
    validUntil.withLock { held in for lease in leases { held[lease.token] = end } }
  }

  func extend(_ tokens: [Lease.Token], validUntil end: Duration, except lost: Set<Lease.Token>) {
    validUntil.withLock { held in
      for token in tokens where held[token] != nil { held[token] = lost.contains(token) ? nil : end }
    }
  }

  func remove(_ token: Lease.Token) { validUntil.withLock { _ = $0.removeValue(forKey: token) } }

  /// Whether a lease will still be held at a time.
  func holds(_ token: Lease.Token, at time: Duration) -> Bool { validUntil.withLock { ($0[token] ?? .zero) > time } }
}
