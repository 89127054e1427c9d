internal import Platform
internal import Synchronization

/// A small HTTP/1.1 server whose handlers are async: a handler that waits holds up no thread and no other client.
package final class HTTPServer: Sendable {
  /// The port that it listens on, the one found when port 0 was asked for.
  package let port: Int

  private let core: ServerCore
  private let orders: LoopOrders
  private let stopping = Mutex<Task<Void, Never>?>(nil)

  /// Starts listening.
  ///
  /// - Parameters:
  ///   - address: where to listen.
  ///   - limits: what clients may do.
  ///   - setting: the name of the setting that chose the address, for the advice in an error.
  ///   - onRefusal: told the status of each request that is answered without the handler: 413, 431 or 503.
  ///   - handler: answers a request. It starts on the server's own thread, where it must not block or compute for
  ///     long; it is cancelled when its client goes away or the server stops.
  /// - Throws: ``HTTPServerError`` when the address can't be had.
  package init(
    address: SocketAddress,
    limits: HTTPLimits = HTTPLimits(),
    setting: String? = nil,
    onRefusal: @escaping @Sendable (Int) -> Void = { _ in },
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) throws(HTTPServerError) {
    let socket = try ListeningSocket(address, setting: setting)
    let port = socket.port
    let noResources = HTTPServerError(address: address.description, reason: .noResources, setting: setting)
    guard let wake = try? WakeSignal() else { throw noResources }
    let orders = LoopOrders(wake: wake)
    let limits = limits.fitting(descriptors: OpenFileLimit.current)
    let core = ServerCore(limits: limits, orders: orders, onRefusal: onRefusal, handler: handler)
    guard let loop = ServerLoop(socket, core: core, orders: orders, wake: wake) else { throw noResources }
    guard loop.start() else { throw noResources }
    self.port = port
    self.core = core
    self.orders = orders
  }

  /// How many clients are connected.
  package var connectionCount: Int { core.connectionCount }

  deinit {
    guard stopping.withLock({ $0 == nil }) else { return }
    let (core, orders) = (core, orders)
    Task { await Self.stop(core, orders, grace: .zero) }
  }

  /// Stops: no new connection or request, then time for the handlers and their answers, then an end to those left.
  ///
  /// - Parameter grace: how long handlers may go on before they are cancelled; they then have one second more.
  package func stop(grace: Duration = .seconds(5)) async {
    let task = stopping.withLock { stopping in
      if let stopping { return stopping }
      let task = Task { [core, orders] in await Self.stop(core, orders, grace: grace) }
      stopping = task
      return task
    }
    await task.value
  }

  private static func stop(_ core: ServerCore, _ orders: LoopOrders, grace: Duration) async {
    core.stopHandling()
    orders.refuseConnections()
    await core.drain(within: grace)
    core.cancelHandlers()
    await core.drain(within: .seconds(1))
    // The library must not be stopped while a connection waits for an answer.
    core.abandonHandlers()
    await withCheckedContinuation { orders.end($0) }
  }
}
