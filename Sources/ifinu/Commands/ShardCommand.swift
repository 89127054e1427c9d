import ArgumentParser
import Delivery
import EvolutionAPI
import JSON
import Messaging
import Operations

/// `ifinu shard`
struct ShardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shard",
    abstract: "Says on which Evolution server an instance lives, before it is created there.",
    discussion: """
      The address is IFINU_EVOLUTION_URL. With {shard} in it, the shard is the one that the hash ifinu:shards names for \
      the instance, else one of IFINU_EVOLUTION_SHARDS by a hash of the name. One line each: instance, shard, address.
      """)

  @Argument(help: "The instances' names.")
  var instances: [String]

  @Flag(help: "One JSON array for programs.")
  var json = false

  @OptionGroup(title: "Queue") var redis: RedisFlags
  @OptionGroup(title: "Evolution API") var evolution: EvolutionFlags

  func run() async throws {
    let configuration = try Configuration.load([redis, evolution])
    var rows: [(instance: InstanceName, shard: Shard?, url: String)] = []
    for name in instances {
      guard let instance = InstanceName(name) else {
        throw ValidationError("\"\(name.onOneLine)\" is no instance's name: 1 to 255 bytes without control characters")
      }
      let shard = try await configuration.shard(of: instance)
      guard let url = configuration.evolution.address.url(of: shard) else {
        throw WorkFailure(message: "the shard of \(instance) makes no address of \(configuration.evolution.address)")
      }
      rows.append((instance, shard, "\(url)"))
    }
    if json {
      let array = rows.map { row -> JSONValue in
        [
          "instance": .string(row.instance.value), "shard": row.shard.map { .string($0.name) } ?? .null,
          "url": .string(row.url),
        ]
      }
      try Output.writeLine(JSONValue.array(array).displayText)
    } else {
      for row in rows { try Output.writeLine("\(row.instance.value.onOneLine)\t\(row.shard?.name ?? "-")\t\(row.url)") }
    }
  }
}
