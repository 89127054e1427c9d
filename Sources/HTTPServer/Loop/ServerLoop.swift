internal import CMicroHTTPD
internal import Glibc
internal import Platform
internal import Synchronization

/// The thread that serves every connection of a server.
///
/// The library could have one of its own. Its loop in 0.9.75, though, takes events by the 128 and waits without end for
/// more when a round brings exactly that many: 256 clients at once stood still. Run from outside it never waits.
final class ServerLoop: Sendable {
  private let door: Mutex<Door?>
  private let core: ServerCore
  private let orders: LoopOrders
  private let wake: WakeSignal
  /// The library's object, as an address, which unlike a pointer can be handed to the thread.
  private let daemon: UInt
  /// Nothing tells when a client has turned out to be slow enough to give way.
  private static let waitWhileFull: Int32 = 20
  /// Nor when there are descriptors again.
  private static let reviewIntervalWhileCramped = Duration.milliseconds(100)

  /// Prepares to serve; nil when the library finds no memory or descriptor for it.
  init?(_ socket: consuming ListeningSocket, core: ServerCore, orders: LoopOrders, wake: WakeSignal) {
    // The loop keeps the core alive for as long as the library may call back.
    let context = unsafe Unmanaged.passUnretained(core).toOpaque()
    let started = unsafe http_daemon_start(
      UInt32(clamping: core.limits.libraryConnections), core.limits.connectionMemory, accessCallback, completedCallback,
      connectionCallback, context)
    guard let started = unsafe started else { return nil }
    door = Mutex(Door(socket))
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
    while true {
      let isAwaited = wait(until: nextReview)
      let batch = orders.take()
      for connection in batch.resumptions { connection.resume() }
      if batch.refusesConnections { refuseConnections() }
      if !batch.ending.isEmpty {
        stop()
        for waiter in batch.ending { waiter.resume() }
        return
      }
      admit(isAwaited)
      _ = unsafe MHD_run(OpaquePointer(bitPattern: daemon))
      core.endRound()
      let now = ContinuousClock.now
      if now >= nextReview {
        core.reviewConnections(at: now)
        nextReview = now + core.limits.reviewInterval
      }
      if core.isCramped { nextReview = min(nextReview, now + Self.reviewIntervalWhileCramped) }
    }
  }

  /// Waits for the network, an order, the library's own time, or the next review if there is anything to look at.
  ///
  /// - Returns: whether clients want in; nil while none can be let in.
  private func wait(until review: ContinuousClock.Instant) -> Bool? {
    let now = ContinuousClock.now
    let listening = door.withLock { $0?.descriptor(core) }
    var timeouts: [Int32] = []
    var ownTimeout: UInt64 = 0
    if unsafe MHD_get_timeout(OpaquePointer(bitPattern: daemon), &ownTimeout) == .YES {
      timeouts.append(Int32(clamping: ownTimeout))
    }
    if core.connectionCount > 0 { timeouts.append((review - now).wholeMilliseconds) }
    if listening == nil { timeouts.append(Self.waitWhileFull) }
    let network = unsafe http_daemon_descriptor(OpaquePointer(bitPattern: daemon))
    var descriptors = [network, wake.fileDescriptor, listening ?? -1].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    _ = unsafe poll(&descriptors, nfds_t(descriptors.count), timeouts.min() ?? -1)
    return listening.map { _ in descriptors[2].revents != 0 }
  }

  private func admit(_ isAwaited: Bool?) {
    door.withLock { door in
      guard let isAwaited else { return door?.lookOut(core) ?? () }
      if isAwaited { unsafe door?.admit(OpaquePointer(bitPattern: daemon), core) }
    }
  }

  /// Turns away those who come, and those who wait.
  private func refuseConnections() { door.withLock { $0 = nil } }

  private func stop() {
    refuseConnections()
    unsafe MHD_stop_daemon(OpaquePointer(bitPattern: daemon))
  }
}

extension Duration {
  /// Rounded up; none is below zero.
  fileprivate var wholeMilliseconds: Int32 { Int32(max(self / .milliseconds(1), -1)) + 1 }
}
