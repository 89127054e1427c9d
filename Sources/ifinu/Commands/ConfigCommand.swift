import ArgumentParser
import Monitoring
import Operations
import Settings

/// `ifinu config`
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints the settings in force and where each comes from, secrets masked.",
    discussion: "Exits with 78, and one line that names the variable and the fix, when one of them is wrong.")

  @OptionGroup(title: "Queue") var redis: RedisFlags
  @OptionGroup(title: "Evolution API") var evolution: EvolutionFlags
  @OptionGroup(title: "Delivery") var delivery: DeliveryFlags
  @OptionGroup(title: "Instances") var instances: InstanceFlags
  @OptionGroup(title: "Dead letters") var deadLetters: DeadLetterFlags
  @OptionGroup(title: "Monitoring") var monitoring: MonitoringFlags
  @OptionGroup(title: "Logs") var logs: LogFlags

  @Flag(help: "One JSON array for programs.")
  var json = false

  func run() throws {
    let configuration = try Configuration.load([redis, evolution, delivery, instances, deadLetters, monitoring, logs])
    if json {
      try Output.writeLine(configuration.json.displayText)
    } else {
      var table = TextTable(["VARIABLE", "VALUE", "FROM"])
      for row in configuration.rows { table.add([row.name, row.value ?? "-", row.source?.rawValue ?? "-"]) }
      try Output.write(table.text)
    }
  }
}
