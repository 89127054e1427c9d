import ArgumentParser
import Operations
import Platform

/// The program, and what it can be told to do.
@main
struct IfinuCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ifinu",
    abstract: "Sends thousands of WhatsApp messages through Evolution API, loses none, and says what it did.",
    discussion: """
      Messages wait in Redis lanes (ifinu:fila:urgente, ifinu:fila:whatsapp, ifinu:fila:baixa). A worker takes them, \
      paces them, sends them, retries what failed and keeps what can't be sent as dead letters.

      New here?  ifinu demo        a private Redis, a sandbox and 1,000 messages, to watch
                 ifinu doctor      what is wrong with your set-up, and the fix
                 ifinu config      the settings in force

      Every setting is a variable of the environment, IFINU_WORKERS, and a flag, --workers; the flag wins.
      Exit codes: 0 done, 1 failed at work, 64 bad usage, 75 a dependency is away, 78 bad configuration.
      """,
    version: BuildInfo.description,
    subcommands: [
      WorkerCommand.self, EnqueueCommand.self, StatusCommand.self, InstancesCommand.self, DeadLettersCommand.self,
      OptOutCommand.self, SandboxCommand.self, LoadTestCommand.self, DemoCommand.self, ConfigCommand.self,
      DoctorCommand.self, ShardCommand.self,
      HealthCommand.self, GenerateDocsCommand.self, TiedCommand.self,
    ])

  /// Nothing was asked for: that is no success, whatever script did it.
  func run() async throws {
    StandardStream.error.writeLine(Self.helpMessage())
    throw ExitCode(ExitStatus.badUsage)
  }

  static func main() async {
    ProcessStart.prepare()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
    ProcessExit.end(with: 0)
  }

  /// Says what is to be said, and ends the process.
  private static func end(with error: any Error) -> Never {
    if let failure = error as? any CommandFailure {
      if !failure.message.isEmpty { StandardStream.error.writeLine("ifinu: \(failure.message.onOneLine)") }
      ProcessExit.end(with: failure.exitCode)
    }
    let (text, code) = (fullMessage(for: error), exitCode(for: error).rawValue)
    if text.isEmpty { ProcessExit.end(with: code) }
    if code != 0 {
      StandardStream.error.writeLine(text)
      ProcessExit.end(with: code)
    }
    do throws(OutputFailure) { try Output.writeLine(text) } catch { end(with: error) }
    ProcessExit.end(with: code)
  }
}
