package import Foundation
internal import Glibc
internal import Synchronization

/// A private redis-server in a folder of its own, on a port of its own and on a socket.
///
/// It ends with ``stop()`` or ``kill()``, at the latest with the last reference to it.
package final class RedisServer: Sendable {
  /// The port on 127.0.0.1.
  package let port: Int
  /// Where it keeps its files.
  package let directory: URL
  private let options: [String]
  private let run: Mutex<ServerRun?>

  /// The server's URL.
  package var url: String { "redis://127.0.0.1:\(port)/0" }

  /// The path of its socket.
  package var socketPath: String { directory.appendingPathComponent("s").path }

  /// The process that serves now; 0 when none does.
  package var processIdentifier: Int32 { run.withLock { $0?.processIdentifier ?? 0 } }

  private init(port: Int, directory: URL, options: [String], run: ServerRun) {
    self.port = port
    self.directory = directory
    self.options = options
    self.run = Mutex(run)
  }

  deinit {
    run.withLock { $0?.signal(SIGKILL) }
    try? FileManager.default.removeItem(at: directory)
  }

  /// Starts a server that keeps nothing on disk, unless the options say otherwise, and waits until it serves.
  ///
  /// - Parameter options: as on redis-server's command line, such as `["--appendonly", "yes"]`.
  /// - Returns: the server, ready to serve.
  /// - Throws: what redis-server said when it did not start.
  package static func start(options: [String] = []) async throws -> RedisServer {
    var attempts = 0
    while true {
      attempts += 1
      let port = Int.random(in: 10_000..<32_000)
      let directory = FileManager.default.temporaryDirectory.appendingPathComponent("redis-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      do {
        let run = try await ServerRun.start(port: port, directory: directory, options: options)
        return RedisServer(port: port, directory: directory, options: options, run: run)
      } catch {
        try? FileManager.default.removeItem(at: directory)
        guard attempts < 10, isPortTaken(error) else { throw error }
      }
    }
  }

  private static func isPortTaken(_ error: any Error) -> Bool { "\(error)".contains("Address already in use") }

  /// Ends it as an operator would; it writes down what it is configured to keep.
  package func stop() async { await end(with: SIGTERM) }

  /// Ends it as a crash would.
  package func kill() async { await end(with: SIGKILL) }

  /// Starts it again on the same port and folder.
  package func restart() async throws {
    await stop()
    // Another server may have found the port free in the meantime: it has it for the time of its own test.
    try await eventually("the port to be free again", every: .milliseconds(20)) {
      do {
        let run = try await ServerRun.start(port: port, directory: directory, options: options)
        self.run.withLock { $0 = run }
        return true
      } catch {
        guard Self.isPortTaken(error) else { throw error }
        return false
      }
    }
  }

  /// Freezes it, and returns when it stands still: connections stay, and nothing is answered.
  package func pause() { run.withLock(\.self)?.pause() }

  /// Ends the freeze.
  package func resume() { run.withLock { $0?.signal(SIGCONT) } }

  private func end(with signal: Int32) async {
    let ending = run.withLock { run in
      defer { run = nil }
      return run
    }
    guard let ending else { return }
    ending.signal(signal)
    await ending.exit()
  }
}

/// Runs a body with a server that is gone afterwards.
///
/// - Parameters:
///   - options: as on redis-server's command line.
///   - body: what needs the server.
/// - Returns: what the body returns.
/// - Throws: what the body throws, or what redis-server said when it did not start.
package func withRedisServer<Result>(
  options: [String] = [], _ body: (RedisServer) async throws -> Result
) async throws -> Result {
  let server = try await RedisServer.start(options: options)
  do {
    let result = try await body(server)
    await server.kill()
    return result
  } catch {
    await server.kill()
    throw error
  }
}

/// One process of a redis-server.
private final class ServerRun: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let process: SpawnedProcess

  var processIdentifier: Int32 { process.processIdentifier }

  private init(process: SpawnedProcess) { self.process = process }

  static func start(port: Int, directory: URL, options: [String]) async throws -> ServerRun {
    let log = directory.appendingPathComponent("log")
    try Data().write(to: log)
    let process = try await SpawnedProcess.start(
      "redis-server",
      [
        "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", "s", "--dir", ".", "--save", "", "--appendonly",
        "no",
      ] + options, directory: directory.path, output: log.path, errors: log.path)
    let run = ServerRun(process: process)
    try await run.awaitReadiness(log: log)
    return run
  }

  private func awaitReadiness(log: URL) async throws {
    do {
      try await eventually("a redis-server that is ready", every: .milliseconds(2)) {
        let mayWriteMore = process.isRunning
        let text = try String(contentsOf: log, encoding: .utf8)
        if text.contains("Ready to accept connections") { return true }
        guard mayWriteMore else { throw Failure(description: "redis-server did not start: \(text.suffix(2000))") }
        return false
      }
    } catch {
      signal(SIGKILL)
      throw error
    }
  }

  func signal(_ signal: Int32) { process.signal(signal) }

  func pause() { process.pause() }

  func exit() async { try? await eventually("the end of redis-server") { !process.isRunning } }
}
