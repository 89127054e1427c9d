package import Foundation
internal import Glibc

/// A program that runs beside the tests, its standard streams in files, so that nobody has to read along.
///
/// It is killed at the latest with the last reference to it.
package final class ChildProcess: Sendable {
  /// How a program ended.
  package enum End: Equatable, Sendable {
    /// By itself, with a code.
    case exited(Int32)
    /// By a signal.
    case killed(Int32)
  }

  private let process: Process
  private let folder: URL

  private init(process: Process, folder: URL) {
    self.process = process
    self.folder = folder
  }

  deinit {
    signal(SIGKILL)
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
  ) throws -> ChildProcess {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let process = Process()
    let child = ChildProcess(process: process, folder: folder)
    process.executableURL = executable
    process.arguments = arguments
    process.environment = environment ?? ProcessInfo.processInfo.environment
    try Data(input).write(to: child.file("in"))
    for name in ["out", "err"] { try Data().write(to: child.file(name)) }
    let streams = (
      try FileHandle(forReadingFrom: child.file("in")), try FileHandle(forWritingTo: child.file("out")),
      try FileHandle(forWritingTo: child.file("err"))
    )
    process.standardInput = streams.0
    process.standardOutput = streams.1
    process.standardError = streams.2
    try process.run()
    try streams.0.close()
    try streams.1.close()
    try streams.2.close()
    return child
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
  package func signal(_ signal: Int32) {
    guard process.isRunning else { return }
    _ = Glibc.kill(process.processIdentifier, signal)
  }

  /// Waits until it has ended.
  ///
  /// - Parameter deadline: how long to wait; then it is killed.
  /// - Returns: how it ended.
  /// - Throws: ``NeverCame`` when it had to be killed.
  @discardableResult
  package func end(within deadline: Duration = .seconds(60)) async throws -> End {
    do {
      try await eventually("the end of \(process.arguments ?? [])", within: deadline, every: .milliseconds(5)) {
        !process.isRunning
      }
    } catch {
      signal(SIGKILL)
      throw error
    }
    return process.terminationReason == .exit
      ? .exited(process.terminationStatus) : .killed(process.terminationStatus)
  }

  private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  private func text(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: file(name))) ?? Data(), as: UTF8.self)
  }
}
