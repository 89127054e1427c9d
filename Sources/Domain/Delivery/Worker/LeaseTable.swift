internal import Synchronization

/// The leases that this process holds, and until when it may count on each.
///
/// A lease is counted from before the request that gave or extended it, so that it ends here no later than in the
/// queue.
final class LeaseTable: Sendable {
  /// Where a lease stands from its ``add(_:validUntil:)`` to its ``remove(_:)``.
  struct Place: Hashable, Sendable {
    fileprivate let index: Int
  }

  private struct Entry {
    let token: Lease.Token
    let bytes: Int
    /// Nil once the queue has said that it is no longer held.
    var validUntil: Duration?
  }

  private struct State {
    var entries: [Entry?] = []
    var vacant: [Int] = []
    var bytes = 0
  }

  private let state = Mutex(State())

  /// The leases that are to be kept alive.
  var all: [(place: Place, token: Lease.Token)] {
    state.withLock { state in
      state.entries.indices.compactMap { index in
        guard let entry = state.entries[index], entry.validUntil != nil else { return nil }
        return (Place(index: index), entry.token)
      }
    }
  }

  /// How large the payloads are together.
  var bytes: Int { state.withLock(\.bytes) }

  /// Adds a lease.
  ///
  /// - Returns: its place, which is its own until it is removed.
  func add(_ lease: Lease, validUntil end: Duration) -> Place {
    let entry = Entry(token: lease.token, bytes: lease.payload.count, validUntil: end)
    return state.withLock { state in
      state.bytes += entry.bytes
      if let index = state.vacant.popLast() {
        state.entries[index] = entry
        return Place(index: index)
      }
      state.entries.append(entry)
      return Place(index: state.entries.count - 1)
    }
  }

  /// Counts on leases for longer, but for those that are lost; one that was removed meanwhile stays so.
  func extend(
    _ leases: some Sequence<(place: Place, token: Lease.Token)>, validUntil end: Duration, except lost: Set<Lease.Token>
  ) {
    state.withLock { state in
      for (place, token) in leases where state.entries[place.index]?.token == token {
        state.entries[place.index]?.validUntil = lost.contains(token) ? nil : end
      }
    }
  }

  /// Removes a lease: its place is somebody else's from now on.
  func remove(_ place: Place) {
    state.withLock { state in
      state.bytes -= state.entries[place.index]?.bytes ?? 0
      state.entries[place.index] = nil
      state.vacant.append(place.index)
    }
  }

  /// Whether a lease will still be held at a time.
  func holds(_ place: Place, at time: Duration) -> Bool {
    state.withLock { ($0.entries[place.index]?.validUntil ?? .zero) > time }
  }
}
