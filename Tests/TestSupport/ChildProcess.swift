package import Foundation
internal import Glibc

/// A program that runs beside the tests, its standard streams in files, so that nobody has to read along.
///
/// It is killed at the latest with the last reference to it.
package final class ChildProcess: Sendable {
  /// How a program ended.
  package typealias End = SpawnedProcess.End

  private let process: SpawnedProcess
  private let name: String
  private let folder: URL

  private init(_ process: SpawnedProcess, name: String, folder: URL) {
    self.process = process
    self.name = name
    self.folder = folder
  }

  deinit {
    process.signal(SIGKILL)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: the file.
  ///   - arguments: its arguments without its name.
  ///   - environment: its variables; nil for those of the tests.
  ///   - input: its standard input.
  /// - Returns: the program, running.
  /// - Throws: what keeps it from running.
  package static func start(
    _ executable: URL, _ arguments: [String], environment: [String: String]? = nil, input: [UInt8] = []
  ) async throws -> ChildProcess {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    try Data(input).write(to: folder.appendingPathComponent("in"))
    let process = try await SpawnedProcess.start(
      executable.path, arguments, environment: environment, input: path("in"), output: path("out"), errors: path("err"))
    return ChildProcess(process, name: executable.lastPathComponent, folder: folder)
  }

  /// Its number.
  package var processIdentifier: Int32 { process.processIdentifier }

  /// Whether it has not ended yet.
  package var isRunning: Bool { process.isRunning }

  /// What it has written to its standard output so far.
  package var output: String { text("out") }

  /// What it has written to its standard error so far.
  package var errors: String { text("err") }

  /// The most memory that it has had so far, in bytes; nil when it has ended.
  package var peakMemory: Int? {
    let status = try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// Sends it a signal, unless it has ended.
  package func signal(_ signal: Int32) { process.signal(signal) }

  /// Waits until it has ended; one that does not is killed.
  ///
  /// - Returns: how it ended.
  /// - Throws: ``NeverCame`` when it had to be killed.
  @discardableResult
  package func end() async throws -> End {
    do {
      try await eventually("the end of \(name)", every: .milliseconds(5)) { !process.isRunning }
    } catch {
      process.signal(SIGKILL)
      throw error
    }
    return process.end ?? .killed(SIGKILL)
  }

  private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  private func text(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: file(name))) ?? Data(), as: UTF8.self)
  }
}
