internal import Platform
internal import Synchronization

/// What other threads want of the loop's thread, which alone calls the library.
final class LoopOrders: Sendable {
  /// The orders since the last look.
  struct Batch {
    /// Connections whose answers are there.
    var resumptions: [ConnectionHandle] = []
    /// Accept no more connections.
    var refusesConnections = false
    /// Close everything and end; told when that is done.
    var ending: [CheckedContinuation<Void, Never>] = []
  }

  private let wake: WakeSignal
  private let batch = Mutex((orders: Batch(), isAnnounced: false))

  init(wake: WakeSignal) { self.wake = wake }

  func resume(_ connection: ConnectionHandle) { add { $0.resumptions.append(connection) } }

  func refuseConnections() { add { $0.refusesConnections = true } }

  func end(_ continuation: CheckedContinuation<Void, Never>) { add { $0.ending.append(continuation) } }

  /// The orders, on the loop's thread.
  func drain() -> Batch {
    batch.withLock { batch in
      guard batch.isAnnounced else { return Batch() }
      wake.reset()
      defer { batch = (Batch(), false) }
      return batch.orders
    }
  }

  private func add(_ order: (inout Batch) -> Void) {
    let isFirst = batch.withLock { batch in
      order(&batch.orders)
      defer { batch.isAnnounced = true }
      return !batch.isAnnounced
    }
    // One signal for all that gathers until the thread looks.
    if isFirst { wake.signal() }
  }
}
