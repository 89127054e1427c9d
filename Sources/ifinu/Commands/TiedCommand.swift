import ArgumentParser
import Platform

/// `ifinu tied`, which becomes another program that does not outlive the process that started it.
struct TiedCommand: ParsableCommand {
  /// The code for a program that is not there, as shells have it.
  static let notFound: Int32 = 127

  static let configuration = CommandConfiguration(commandName: "tied", shouldDisplay: false)

  @Argument(help: "The number of the process that starts it.")
  var parent: Int32

  @Argument(parsing: .captureForPassthrough, help: "The program, and its arguments.")
  var command: [String]

  func run() throws {
    guard let program = command.first else { throw ExitCode(Self.notFound) }
    do {
      try TiedProcess.become(childOf: parent, program, Array(command.dropFirst()))
    } catch {
      throw ExitCode(Self.notFound)
    }
  }
}
