import FoundationEssentials
import Redis

/// A redis-server of the demo's own: on a unix socket in a temporary folder, without a port, gone when it ends.
struct PrivateRedis: Sendable {
  /// The path of its socket.
  let socket: String

  /// Starts a server, waits until it answers, does something, and stops it.
  ///
  /// - Throws: ``WorkFailure`` when there is no redis-server, or it does not start.
  static func run(_ body: @escaping @Sendable (PrivateRedis) async throws -> Void) async throws {
    // A socket's path holds 107 bytes at most, so that the name is kept short.
    let folder = FileManager.default.temporaryDirectory.path + "/ifinu-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = PrivateRedis(socket: "\(folder)/redis.sock")
    let arguments: [String] = [
      "--port", "0", "--unixsocket", server.socket, "--dir", folder, "--save", "", "--appendonly", "yes",
      "--maxmemory-policy", "noeviction",
    ]
    let process = AttendedProcess(program: "redis-server", arguments: arguments, terminationGrace: .seconds(5))
    try await process.run(orFail: { code in
      guard code == TiedCommand.notFound else { return WorkFailure(message: "the private redis-server ended") }
      return WorkFailure(message: "redis-server was not found; install it (apt-get install redis-server)")
    }) {
      try await server.awaitStart()
      try await body(server)
    }
  }

  private func awaitStart() async throws {
    let connection = try RedisConnection(to: RedisURL("unix:\(socket)"), logger: Configuration.silentLogger)
    defer { connection.close() }
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if (try? await connection.send(RedisCommand("PING"))) != nil { return }
      try Task.checkCancellation()
    }
    throw WorkFailure(message: "the private redis-server did not start")
  }
}
