import Foundation
import TestSupport

/// The program's commands.
enum Program {
  /// What a command did.
  struct Outcome {
    let end: ChildProcess.End
    let output: String
    let errors: String
  }

  /// The variables of a process: of the tests' own only the path, so that nothing is set from outside.
  static func environment(_ settings: [String: String]) -> [String: String] {
    ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""].merging(settings) { $1 }
  }

  /// Starts the program with a command.
  static func start(
    _ arguments: [String], input: String = "", _ settings: [String: String] = [:]
  ) async throws -> ChildProcess {
    try await ChildProcess.start(
      BuiltProducts.ifinu, arguments, environment: environment(settings), input: Array(input.utf8))
  }

  /// Runs a command to its end.
  static func run(
    _ arguments: [String], input: String = "", _ settings: [String: String] = [:]
  ) async throws -> Outcome {
    let child = try await start(arguments, input: input, settings)
    let end = try await child.end()
    return Outcome(end: end, output: child.output, errors: child.errors)
  }
}
