internal import Foundation
internal import FoundationNetworking
internal import Glibc

/// A worker in a process of its own, as it is run in production.
package final class WorkerProcess: Sendable {
  /// An answer of its HTTP server.
  package struct Answer: Sendable {
    /// The status code.
    package let status: Int
    /// The body.
    package let text: String
  }

  private let child: ChildProcess
  private let port: Int

  /// Where its HTTP server listens, `127.0.0.1:9464`.
  package var httpAddress: String { "127.0.0.1:\(port)" }

  private init(child: ChildProcess, port: Int) {
    self.child = child
    self.port = port
  }

  /// Starts a worker and waits until it serves; its variables have to leave the port to the system, and its logs at
  /// `info` or more.
  ///
  /// - Throws: ``NeverCame``, with what the worker said, when it does not start.
  package static func start(environment: [String: String]) async throws -> WorkerProcess {
    let child = try await ChildProcess.start(BuiltProducts.ifinu, ["worker"], environment: environment)
    do {
      try await eventually("the worker's address", every: .milliseconds(5)) {
        guard child.isRunning else { throw NeverCame(description: "the worker ended: \(child.errors)") }
        return port(in: child.errors) != nil
      }
    } catch {
      child.signal(SIGKILL)
      throw error
    }
    return WorkerProcess(child: child, port: port(in: child.errors) ?? 0)
  }

  /// What it has logged so far.
  package var log: String { child.errors }

  /// Whether it has not ended yet.
  package var isRunning: Bool { child.isRunning }

  /// The most memory that it has had so far, in bytes; nil when it has ended.
  package var peakMemory: Int? { child.peakMemory }

  /// Sends it a signal.
  package func signal(_ signal: Int32) { child.signal(signal) }

  /// Ends it as a crash would.
  package func kill() async throws {
    child.signal(SIGKILL)
    try await child.end()
  }

  /// Ends it as an operator would.
  ///
  /// - Returns: how it ended.
  /// - Throws: ``NeverCame`` when it does not end.
  @discardableResult
  package func stop(with signal: Int32 = SIGTERM) async throws -> ChildProcess.End {
    child.signal(signal)
    return try await child.end()
  }

  /// Asks its HTTP server.
  ///
  /// - Throws: `URLError` when there is no answer.
  package func get(_ path: String, accept: String = "*/*") async throws -> Answer {
    guard let url = URL(string: "http://\(httpAddress)\(path)") else { throw URLError(.badURL) }
    var request = URLRequest(
      url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: Duration.patience / .seconds(1))
    request.setValue(accept, forHTTPHeaderField: "Accept")
    let (body, response) = try await URLSession(configuration: .ephemeral).data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    return Answer(status: response.statusCode, text: String(decoding: body, as: UTF8.self))
  }

  private static func port(in log: String) -> Int? {
    let started = log.split(separator: "\n").first { $0.contains("worker started") }
    // The last line may not be whole yet.
    guard let started, log.hasSuffix("\n") else { return nil }
    return started.firstMatch(of: /"?http"?[=:]"?127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }
  }
}
