/// What one resident of an ``EventLoop`` may ask of the poller; on the loop's thread alone.
public struct LoopSockets {
  let watched: SocketOwners
  let resident: Int

  /// Waits for a socket from now on, or for other things than before.
  public func watch(_ socket: Int32, for readiness: Poller.Readiness) {
    watched.set(resident, of: socket)
    watched.poller.watch(socket, for: readiness)
  }

  /// Waits for a socket no more; to be called before it is closed.
  public func forget(_ socket: Int32) {
    watched.set(nil, of: socket)
    watched.poller.forget(socket)
  }
}

/// Whose each socket is that a loop waits for.
final class SocketOwners {
  let poller: Poller
  /// The residents' numbers, by descriptor.
  private var owners: [Int?] = []

  init(_ poller: Poller) { self.poller = poller }

  func set(_ owner: Int?, of socket: Int32) {
    let missing = Int(socket) + 1 - owners.count
    if missing > 0 { owners.append(contentsOf: repeatElement(nil, count: missing)) }
    owners[Int(socket)] = owner
  }

  subscript(_ socket: Int32) -> Int? { owners.indices.contains(Int(socket)) ? owners[Int(socket)] : nil }
}
