internal import Foundation
package import Testing

/// A program of the system that is run with some input and gives some output.
package struct Tool: Sendable {
  private let executable: URL
  private let arguments: [String]

  /// What a run gave.
  package struct Outcome: Sendable {
    /// Its exit code; what ended it when that was a signal.
    package let status: Int32
    /// Its standard output and, behind it, its standard error.
    package let output: String
  }

  /// The program of this name on the search path.
  ///
  /// - Parameters:
  ///   - name: the program's name.
  ///   - arguments: its arguments.
  ///   - missing: what to do when it is not there.
  /// - Returns: the program, not run yet.
  /// - Throws: when it is not there.
  package static func named(_ name: String, _ arguments: String..., missing: Comment) throws -> Tool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let found = folders.map { URL(filePath: "\($0)/\(name)") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return Tool(executable: try #require(found, missing), arguments: arguments)
  }

  /// Python with the packages of the project's environment, where there is one.
  ///
  /// - Throws: when there is no Python.
  package static func python(_ script: String) throws -> Tool {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let own = root.appending(path: ".venv/bin/python")
    guard FileManager.default.isExecutableFile(atPath: own.path) else {
      return try named("python3", "-c", script, missing: "python3 is missing: install it, then run `make setup`")
    }
    return Tool(executable: own, arguments: ["-c", script])
  }

  /// Runs the program on the input to its end.
  ///
  /// - Throws: what keeps it from running, and when it does not end.
  package func run(input: [UInt8]) async throws -> Outcome {
    let child = try await ChildProcess.start(executable, arguments, input: input)
    let status: Int32 =
      switch try await child.end() {
      case .exited(let code), .killed(let code): code
      }
    return Outcome(status: status, output: child.output + child.errors)
  }
}
