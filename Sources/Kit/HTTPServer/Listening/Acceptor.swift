internal import CMicroHTTPD
internal import Glibc

/// Accepts clients as long as there is capacity for them.
struct Acceptor: ~Copyable {
  private let socket: ListeningSocket
  private var isOverloaded = false

  init(_ socket: consuming ListeningSocket) { self.socket = socket }

  /// What to poll for new clients.
  var descriptor: Int32 { socket.descriptor }

  /// Tells the core whether clients wait for which there is no capacity.
  mutating func checkBacklog(_ core: ServerCore) { setOverloaded(isAwaited, core) }

  /// Accepts waiting clients: as many as there is capacity for, and not so many that the connected ones wait for long.
  mutating func admit(_ daemon: OpaquePointer?, _ core: ServerCore) {
    setOverloaded(false, core)
    for position in 0..<core.limits.admissionsAtOnce {
      let occupancy = core.occupancy
      guard occupancy.hasRoom else { return checkBacklog(core) }
      // The descriptors of evicted connections are free once the library has run.
      if occupancy.isCramped, position > 0 { return }
      if unsafe http_daemon_accept(daemon, socket.descriptor) >= 0 { continue }
      // Without a descriptor the system does not say whether anybody is left. The newest client is served first.
      let lacksDescriptor = [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno)
      if lacksDescriptor, position == 0, isAwaited { core.giveUpDescriptors() }
      return
    }
  }

  private mutating func setOverloaded(_ isOverloaded: Bool, _ core: ServerCore) {
    guard isOverloaded != self.isOverloaded else { return }
    self.isOverloaded = isOverloaded
    core.setOverloaded(isOverloaded)
  }

  private var isAwaited: Bool {
    var listening = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&listening, 1, 0) > 0
  }
}
