import Platform
internal import TestSupport
import Testing

@testable import HTTPServer

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

extension RawClient {
  /// Asks with GET on one new connection after the other until it is answered: a server that is impatient may let go of a
  /// connection whose request the machine was too busy to send.
  static func untilAnswered(by server: HTTPServer, _ path: String = "/x") async throws -> (
    RawClient, RawClient.Answer
  ) {
    var answered: (RawClient, RawClient.Answer)?
    try await eventually("an answer") {
      let client = try RawClient(port: server.port)
      answered = (try? await client.get(path)).map { (client, $0) }
      return answered != nil
    }
    return try #require(answered)
  }
}
