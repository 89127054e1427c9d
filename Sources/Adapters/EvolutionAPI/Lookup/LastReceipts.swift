internal import Messaging
internal import Synchronization

/// The id of the last message that each instance is known to have sent: a server that keeps messages has it.
final class LastReceipts: Sendable {
  private static let capacity = 10_000

  private let ids = Mutex<[InstanceName: String]>([:])

  /// Notes that a message was sent.
  func note(_ id: String, of instance: InstanceName) {
    ids.withLock { ids in
      if ids.count >= Self.capacity, ids[instance] == nil { ids = [:] }
      ids[instance] = id
    }
  }

  /// The last one that was noted; nil when there is none.
  func id(of instance: InstanceName) -> String? { ids.withLock { $0[instance] } }
}
