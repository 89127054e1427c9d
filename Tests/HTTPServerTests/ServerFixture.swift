import Platform
import TestSupport

@testable import HTTPServer

extension HTTPLimits {
  /// Without limits of time, for tests that are about something else.
  static let patient = HTTPLimits().patient

  /// The same without limits of time.
  var patient: HTTPLimits {
    var limits = self
    limits.idle = .forever
    limits.transfer = .forever
    return limits
  }
}

/// Runs a test against a server on a free port, and stops it afterwards.
func withServer(
  host: String = "127.0.0.1", limits: HTTPLimits = .patient,
  onRefusal: @escaping @Sendable (Int) -> Void = { _ in },
  handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
  _ test: (HTTPServer) async throws -> Void
) async throws {
  // The clients' ends of thousands of connections are this process's, too.
  OpenFileLimit.raise()
  let server = try HTTPServer(
    address: SocketAddress(host: host, port: 0), limits: limits, onRefusal: onRefusal, handler: handler)
  do {
    try await test(server)
  } catch {
    await server.stop(grace: .zero)
    throw error
  }
  await server.stop()
}

/// Answers with what was asked.
@Sendable func echo(_ request: HTTPRequest) async -> HTTPResponse {
  let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
  let headers = request.headers["X-Probe"] ?? "-"
  return .text(
    200,
    "\(request.method) \(request.segments.joined(separator: "·")) \(query) \(headers) \(request.body.count)")
}
