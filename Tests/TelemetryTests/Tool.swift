import Foundation
import Synchronization
import Testing

/// A program that is run with some input and gives some output.
struct Tool {
  let executable: URL
  let arguments: [String]

  struct Outcome {
    let status: Int32
    let output: String
  }

  /// The program of this name on the search path.
  static func named(_ name: String, _ arguments: String..., missing: Comment) throws -> Tool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let found = folders.map { URL(filePath: "\($0)/\(name)") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return Tool(executable: try #require(found, missing), arguments: arguments)
  }

  /// Python with the packages of the project's environment, where there is one.
  static func python(_ script: String) throws -> Tool {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let own = root.appending(path: ".venv/bin/python")
    guard FileManager.default.isExecutableFile(atPath: own.path) else {
      return try named("python3", "-c", script, missing: "python3 is missing: install it, then run `make setup`")
    }
    return Tool(executable: own, arguments: ["-c", script])
  }

  /// Runs the program on the input to its end. Files stand for pipes, so that nothing waits for a reader.
  func run(input: [UInt8]) async throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "telemetry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let inputFile = folder.appending(path: "input")
    let outputFile = folder.appending(path: "output")
    try Data(input).write(to: inputFile)
    try Data().write(to: outputFile)

    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    let output = try FileHandle(forWritingTo: outputFile)
    process.standardOutput = output
    process.standardError = output
    let (ends, end) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = {
      end.yield($0.terminationStatus)
      end.finish()
    }
    try process.run()
    let status = await ends.first { _ in true } ?? -1
    return Outcome(status: status, output: try String(contentsOf: outputFile, encoding: .utf8))
  }
}
