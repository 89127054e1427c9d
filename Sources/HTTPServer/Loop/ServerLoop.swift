internal import CMicroHTTPD
internal import Glibc
internal import Platform
internal import Synchronization

/// The thread that serves every connection of a server.
///
/// The library could have one of its own. Its loop in 0.9.75, though, takes events by the 128 and waits without end for
/// more when a round brings exactly that many: 256 clients at once stood still. Run from outside it never waits.
final class ServerLoop: Sendable {
  private let socket: Mutex<ListeningSocket?>
  private let core: ServerCore
  private let orders: LoopOrders
  private let wake: WakeSignal
  /// The library's object, as an address, which unlike a pointer can be handed to the thread.
  private let daemon: UInt
  private static let waitWhileFull: Int32 = 20

  /// Prepares to serve; nil when the library finds no memory or descriptor for it.
  init?(_ socket: consuming ListeningSocket, core: ServerCore, orders: LoopOrders, wake: WakeSignal) {
    // The loop keeps the core alive for as long as the library may call back.
    let context = unsafe Unmanaged.passUnretained(core).toOpaque()
    let started = unsafe http_daemon_start(
      socket.descriptor, UInt32(clamping: core.limits.acceptedConnections), core.limits.connectionMemory,
      accessCallback, completedCallback, connectionCallback, context)
    guard let started = unsafe started else { return nil }
    self.socket = Mutex(socket)
    self.core = core
    self.orders = orders
    self.wake = wake
    daemon = UInt(bitPattern: started)
  }

  /// Serves on a thread of its own until the order to end; false when the system refuses a thread.
  func start() -> Bool {
    do {
      try IOThread.start(named: "http-server") { self.run() }
      return true
    } catch {
      stop()
      return false
    }
  }

  private func run() {
    var nextReview = ContinuousClock.now
    // Full, the library stops listening, and goes on only when it is run after a connection has gone, of which nothing
    // else may tell.
    var wasFull = false
    while true {
      wait(until: nextReview, atMost: wasFull ? Self.waitWhileFull : nil)
      let batch = orders.take()
      for connection in batch.resumptions { connection.resume() }
      if batch.refusesConnections { refuseConnections() }
      if !batch.ending.isEmpty {
        stop()
        for waiter in batch.ending { waiter.resume() }
        return
      }
      wasFull = core.connectionCount >= core.limits.acceptedConnections
      _ = unsafe MHD_run(OpaquePointer(bitPattern: daemon))
      let now = ContinuousClock.now
      if now >= nextReview {
        core.reviewConnections(at: now)
        nextReview = now + core.limits.reviewInterval
      }
      if core.connectionCount > core.limits.connections {
        nextReview = min(nextReview, now + core.limits.reviewIntervalWhenCrowded)
      }
    }
  }

  /// Waits for the network, an order, the library's own time, or the next review if there is anything to look at.
  private func wait(until review: ContinuousClock.Instant, atMost milliseconds: Int32?) {
    var ownTimeout: UInt64 = 0
    let hasTimeout = unsafe MHD_get_timeout(OpaquePointer(bitPattern: daemon), &ownTimeout) == .YES
    var timeout = hasTimeout ? Int32(clamping: ownTimeout) : -1
    if let milliseconds, timeout < 0 || timeout > milliseconds { timeout = milliseconds }
    if timeout != 0, core.connectionCount > 0 {
      let untilReview = max(Int32((review - .now) / .milliseconds(1)) + 1, 0)
      timeout = timeout < 0 ? untilReview : min(timeout, untilReview)
    }
    let network = unsafe http_daemon_descriptor(OpaquePointer(bitPattern: daemon))
    var descriptors = [network, wake.fileDescriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&descriptors, nfds_t(descriptors.count), timeout)
  }

  /// Takes the listening socket back from the library, which would close it, and turns away who waits there.
  private func refuseConnections() {
    _ = unsafe MHD_quiesce_daemon(OpaquePointer(bitPattern: daemon))
    socket.withLock { $0?.refuse() }
  }

  private func stop() {
    refuseConnections()
    unsafe MHD_stop_daemon(OpaquePointer(bitPattern: daemon))
    socket.withLock { $0 = nil }
  }
}
