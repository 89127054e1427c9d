package import HTTPServer

/// The server that monitoring asks: `/metrics`, `/livez`, `/readyz`.
package final class MonitoringServer: Sendable {
  private let server: HTTPServer

  /// Starts listening.
  ///
  /// - Parameters:
  ///   - address: where to listen.
  ///   - setting: the name of the setting that chose the address, for the advice in an error.
  ///   - limits: what clients may do; monitoring sends no bodies, so the default allows next to none.
  ///   - routes: the answers.
  /// - Throws: ``HTTPServerError`` when the address can't be had.
  package init(
    address: SocketAddress, setting: String? = "IFINU_HTTP_ADDRESS", limits: HTTPLimits = .monitoring,
    routes: MonitoringRoutes
  ) throws(HTTPServerError) {
    server = try HTTPServer(
      address: address, limits: limits, setting: setting, onRefusal: { routes.metrics.countRefusal($0) },
      handler: { await routes.respond(to: $0) })
  }

  /// The port that it listens on.
  package var port: Int { server.port }

  /// Stops, after the scrapes that are under way.
  package func stop() async { await server.stop(grace: .seconds(2)) }
}

extension HTTPLimits {
  /// For requests by monitoring systems: small, few and quick.
  package static let monitoring: HTTPLimits = {
    var limits = HTTPLimits()
    limits.connections = 1_024
    limits.headerBytes = 8_192
    limits.bodyBytes = 4_096
    // Each connection may wait for its scrape: it costs no more than the connection.
    limits.concurrentRequests = 2 * limits.connections
    limits.unsentBytes = 16_777_216
    return limits
  }()
}
