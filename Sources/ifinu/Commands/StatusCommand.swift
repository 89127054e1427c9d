import ArgumentParser
import Delivery
import Operations
import Platform
import RedisQueue
import Time

/// `ifinu status`
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows what the queue holds: lanes, in flight, scheduled, dead letters, oldest age, throughput.")

  @Flag(help: "Show it again and again, until interrupted.")
  var watch = false

  @Option(help: "The time between two looks with --watch.", transform: { try DurationArgument.parse($0) })
  var interval: Duration = .seconds(1)

  @Flag(help: "One JSON object for programs; with --watch, one a line.")
  var json = false

  @OptionGroup(title: "Queue") var redis: RedisFlags

  func validate() throws {
    guard (.milliseconds(10) ... .seconds(3600)).contains(interval) else {
      throw ValidationError("--interval is from 10ms to 1h.")
    }
  }

  func run() async throws {
    let configuration = try Configuration.load([redis])
    let queue = try configuration.makeQueue()
    defer { queue.close() }
    var earlier = try await look(queue, configuration)
    repeat {
      try await Task.sleep(for: interval)
      let later = try await look(queue, configuration)
      let report = StatusReport(earlier: earlier, later: later)
      if json {
        try Output.writeLine(report.json.displayText)
      } else {
        if watch && StandardStream.output.isTerminal { try Output.write("\u{1B}[H\u{1B}[2J") }
        try Output.write(report.text)
      }
      if let fault = later.snapshot.fault {
        try await configuration.explainingFailures { () throws(QueueError) in throw fault }
      }
      earlier = later
    } while watch
  }

  private func look(
    _ queue: some MessageQueue, _ configuration: Configuration
  ) async throws(WorkFailure) -> StatusReport.Look {
    let snapshot = try await configuration.explainingFailures { () async throws(QueueError) in
      try await queue.snapshot()
    }
    return StatusReport.Look(snapshot: snapshot, time: Timestamp(nanoseconds: WallClock.nanoseconds))
  }
}

/// Durations on the command line, written as in the configuration.
enum DurationArgument {
  static func parse(_ text: String) throws -> Duration {
    guard let duration = DurationText.parse(text) else {
      throw ValidationError("\"\(text)\" is no duration such as 300ms, 30s, 5m or 1h30m.")
    }
    return duration
  }
}
