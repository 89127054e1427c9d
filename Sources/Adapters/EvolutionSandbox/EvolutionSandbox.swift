package import HTTPServer

/// A small Evolution API 2.3.7 to run against without WhatsApp: it takes messages with the real one's checks, errors
/// and delays, and keeps them to be looked at.
///
/// Numbers that end in 0000 are not on WhatsApp, so that this can be tried as well.
package final class EvolutionSandbox: Sendable {
  private let routes: SandboxRoutes
  private let server: HTTPServer

  /// Starts listening.
  ///
  /// - Parameters:
  ///   - address: where to listen.
  ///   - setting: the name of the setting that chose the address, for the advice in an error.
  ///   - options: how the sandbox behaves.
  /// - Throws: ``HTTPServerError`` when the address can't be had.
  package init(
    address: SocketAddress = SocketAddress(host: "127.0.0.1", port: 0), setting: String? = nil,
    options: SandboxOptions = SandboxOptions()
  ) throws(HTTPServerError) {
    let routes = SandboxRoutes(options: options)
    var limits = HTTPLimits()
    limits.connections = 4_096
    // No fewer than there are connections, all of which may be of one address.
    limits.concurrentRequests = 2 * limits.connections
    self.routes = routes
    server = try HTTPServer(address: address, limits: limits, setting: setting) { await routes.respond(to: $0) }
    let bound = SocketAddress(host: address.host, port: UInt16(clamping: server.port))
    routes.webhooks.setServerURL("http://\(bound.reachable)")
  }

  deinit { routes.work.cancel() }

  /// The port that it listens on.
  package var port: Int { server.port }

  /// The latest messages that it has taken, in order, as many as the options say.
  package var received: [ReceivedMessage] { routes.inbox.messages }

  /// How many messages it has taken since its start.
  package var receivedCount: Int { routes.inbox.count }

  /// The latest requests to send, in the order in which they came, as many as the options say: also those that failed.
  package var sends: [SendAttempt] { routes.sendLog.attempts }

  /// The most requests to send that were ever under way at once, by instance.
  package var mostSendsAtOnce: [String: Int] { routes.sendLog.mostAtOnce }

  /// What goes wrong each time.
  package var standingFaults: StandingFaults { routes.standing }

  /// Changes what goes wrong each time, from the next request on.
  package func changeFaults(_ change: (inout StandingFaults) -> Void) { routes.change(change) }

  /// How many texts there are among the messages kept: fewer than the messages when some came twice.
  package var distinctTextCount: Int { Set(received.lazy.map(\.text)).count }

  /// Waits until that many messages have been taken since the start.
  ///
  /// - Returns: false when the time was up before.
  package func waitUntil(received count: Int, timeout: Duration) async -> Bool {
    await routes.inbox.wait(until: count, timeout: timeout)
  }

  /// How the calls of webhooks have fared.
  package var webhookCounts: WebhookCounts { routes.webhooks.counts }

  /// Stops at once; requests and calls that are under way or waiting are dropped.
  package func stop() async {
    await server.stop(grace: .zero)
    await routes.work.stop()
  }
}
