import Settings

/// A failure that ends a command with one line for people and a code for programs.
protocol CommandFailure: Error {
  /// What is wrong, and the fix; empty when there is nothing to say.
  var message: String { get }
  /// The process's exit code.
  var exitCode: Int32 { get }
}

/// The exit codes, as in sysexits.h.
enum ExitStatus {
  /// Failed at work.
  static let failure: Int32 = 1
  /// The command was told nothing that it can do.
  static let badUsage: Int32 = 64
  /// A dependency is away: try again.
  static let temporaryFailure: Int32 = 75
  /// The configuration is wrong.
  static let badConfiguration: Int32 = 78
  /// The reader of the output has gone: what a shell says of a program that died of SIGPIPE.
  static let brokenPipe: Int32 = 141
}

/// A command that could not do its work.
struct WorkFailure: CommandFailure {
  let message: String
  var exitCode = ExitStatus.failure

  /// Redis or Evolution is away: trying again later may help.
  static func away(_ message: String) -> WorkFailure {
    WorkFailure(message: message, exitCode: ExitStatus.temporaryFailure)
  }
}

extension SettingError: CommandFailure {
  var message: String { description }
  var exitCode: Int32 { ExitStatus.badConfiguration }
}
