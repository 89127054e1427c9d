import ArgumentParser
import HTTPClient
import HTTPServer
import Monitoring
import Operations

/// `ifinu health`
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Asks the worker on this machine whether it is well; the exit code is 1 when it is not.",
    discussion: "For a container's health check, where no shell and no curl is at hand.")

  @Flag(help: "Ask whether it is ready to work (/readyz), not only whether it is alive (/livez).")
  var ready = false

  @Option(help: "The longest wait for the answer.", transform: { try DurationArgument.parse($0) })
  var timeout: Duration = .seconds(3)

  @OptionGroup(title: "Monitoring") var monitoring: MonitoringFlags

  func run() async throws {
    let configuration = try Configuration.load([monitoring])
    let url = "http://\(configuration.monitoring.address.reachable)\(ready ? "/readyz" : "/livez")"
    guard let page = try await HTTPFetcher(timeout: timeout).page(at: url) else {
      throw WorkFailure(message: "\(url) does not say that the worker is well")
    }
    let lines = String(decoding: page, as: UTF8.self).split(whereSeparator: \.isNewline)
    try Output.writeLine(lines.joined(separator: "; ").onOneLine)
  }
}
