internal import CMicroHTTPD
internal import Glibc

/// Where clients come in: it accepts them as there is room.
struct Door: ~Copyable {
  private let socket: ListeningSocket
  private var isOverloaded = false

  init(_ socket: consuming ListeningSocket) { self.socket = socket }

  /// What to poll for clients who want in.
  var descriptor: Int32 { socket.descriptor }

  /// Looks whether somebody waits for whom there is no room, which the core is to know.
  mutating func lookOut(_ core: ServerCore) { setOverloaded(isAwaited, core) }

  /// Accepts those who wait, as far as there is room and not so many that those who are there would wait for long.
  mutating func admit(_ daemon: OpaquePointer?, _ core: ServerCore) {
    setOverloaded(false, core)
    for position in 0..<core.limits.admissionsAtOnce {
      let occupancy = core.occupancy
      guard occupancy.hasRoom else { return lookOut(core) }
      // The descriptors of those who gave way are free when the library has run.
      if occupancy.isCramped, position > 0 { return }
      if unsafe http_daemon_accept(daemon, socket.descriptor) >= 0 { continue }
      // Without a descriptor the system does not say whether anybody is left. Who has just come in is served first.
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
