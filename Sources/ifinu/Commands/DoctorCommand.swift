import ArgumentParser
import JSON
import Monitoring
import Operations
import Platform

/// `ifinu doctor`
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks at everything that a worker needs, and says what is wrong and the fix.",
    discussion:
      "Nothing is sent and nothing is changed. The exit code is 1 when something would keep a worker from its work.")

  @Flag(help: "One JSON array for programs.")
  var json = false

  @OptionGroup(title: "Queue") var redis: RedisFlags
  @OptionGroup(title: "Evolution API") var evolution: EvolutionFlags
  @OptionGroup(title: "Monitoring") var monitoring: MonitoringFlags

  func run() async throws {
    let configuration = try Configuration.load([redis, evolution, monitoring])
    let findings = try await configuration.examine()
    if json {
      try Output.writeLine(JSONValue.array(findings.map(\.json)).displayText)
    } else {
      let style = Style(.output)
      for finding in findings { try Output.write(finding.text(style)) }
    }
    if findings.contains(where: { $0.health == .bad }) { throw ExitCode(ExitStatus.failure) }
  }
}
