internal import CMicroHTTPD
internal import Glibc
internal import Platform
internal import Synchronization

/// The thread that serves every connection of a server.
///
/// The library could have one of its own. Its loop in 0.9.75, though, takes events by the 128 and waits without end for
/// more when a round brings exactly that many: 256 clients at once stood still. Run from outside it never waits.
final class ServerLoop: Sendable {
  private let acceptor: Mutex<Acceptor?>
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
    acceptor = Mutex(Acceptor(socket))
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
    var listening = acceptor.withLock { $0?.descriptor }
    var occupancy = core.occupancy
    var nextReview = ContinuousClock.now
    var now = nextReview
    while true {
      let isAwaited = wait(atMost: timeout(occupancy, nextReview - now), occupancy.hasRoom ? listening : nil)
      let batch = orders.drain()
      for connection in batch.resumptions { connection.resume() }
      if batch.refusesConnections {
        refuseConnections()
        listening = nil
      }
      if !batch.ending.isEmpty {
        stop()
        for waiter in batch.ending { waiter.resume() }
        return
      }
      if isAwaited {
        acceptor.withLock { unsafe $0?.admit(OpaquePointer(bitPattern: daemon), core) }
      } else if !occupancy.hasRoom {
        acceptor.withLock { $0?.checkBacklog(core) }
      }
      _ = unsafe MHD_run(OpaquePointer(bitPattern: daemon))
      occupancy = core.endRound()
      now = .now
      if now >= nextReview {
        core.reviewConnections(at: now)
        nextReview = now + core.limits.reviewInterval
      }
      if occupancy.isCramped { nextReview = min(nextReview, now + Self.reviewIntervalWhileCramped) }
    }
  }

  /// Milliseconds until the library wants to be run, or the next review if there is anything to look at; -1 for ever.
  private func timeout(_ occupancy: Occupancy, _ untilReview: Duration) -> Int32 {
    var result = Int32.max
    var librarys: UInt64 = 0
    if unsafe MHD_get_timeout(OpaquePointer(bitPattern: daemon), &librarys) == .YES {
      result = Int32(clamping: librarys)
    }
    if occupancy.connections > 0 { result = min(result, Int32(max(untilReview / .milliseconds(1), -1)) + 1) }
    if !occupancy.hasRoom { result = min(result, Self.waitWhileFull) }
    return result == .max ? -1 : result
  }

  /// Waits for the network, an order or a client who wants in; true for the last.
  private func wait(atMost milliseconds: Int32, _ listening: Int32?) -> Bool {
    let network = unsafe http_daemon_descriptor(OpaquePointer(bitPattern: daemon))
    var descriptors: [3 of pollfd] = [
      pollfd(fd: network, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wake.fileDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listening ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    var span = descriptors.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { buffer in
      _ = unsafe poll(buffer.baseAddress, nfds_t(buffer.count), milliseconds)
    }
    return descriptors[2].revents != 0
  }

  /// Turns away those who come, and those who wait.
  private func refuseConnections() { acceptor.withLock { $0 = nil } }

  private func stop() {
    refuseConnections()
    unsafe MHD_stop_daemon(OpaquePointer(bitPattern: daemon))
  }
}
