package import Delivery
internal import Synchronization

/// Where Evolution answers: one server, or one for each shard of the instances.
package struct EvolutionAddress: Sendable, CustomStringConvertible {
  private static let placeholder = "{shard}"

  private let template: String
  private let only: EvolutionURL?

  /// Takes an address as ``EvolutionURL`` does; where `{shard}` stands in it, the name of an instance's shard goes.
  ///
  /// - Throws: ``EvolutionSetupError`` that says what is wrong with it.
  package init(_ text: String) throws(EvolutionSetupError) {
    template = text
    let isSharded = text.contains(Self.placeholder)
    let sample = try EvolutionURL(text.replacing(Self.placeholder, with: "0"))
    only = isSharded ? nil : sample
  }

  /// Whether each shard has a server of its own.
  package var isSharded: Bool { only == nil }

  /// The server of a shard.
  ///
  /// - Returns: nil when servers are told apart by a shard and there is none, or its name makes no address.
  package func url(of shard: Shard?) -> EvolutionURL? {
    if let only { return only }
    guard let shard else { return nil }
    return try? EvolutionURL(template.replacing(Self.placeholder, with: shard.name))
  }

  /// The address as it was given, which holds no password.
  package var description: String { only?.description ?? template }
}

/// The servers' addresses, each put together once.
final class EvolutionServers: Sendable {
  private static let capacity = 10_000

  private let address: EvolutionAddress
  private let known = Mutex<[Shard: EvolutionURL]>([:])

  init(_ address: EvolutionAddress) { self.address = address }

  /// The server of a shard, as ``EvolutionAddress/url(of:)`` gives it.
  func url(of shard: Shard?) -> EvolutionURL? {
    guard address.isSharded, let shard else { return address.url(of: shard) }
    if let url = known.withLock({ $0[shard] }) { return url }
    guard let url = address.url(of: shard) else { return nil }
    known.withLock { known in
      if known.count >= Self.capacity { known = [:] }
      known[shard] = url
    }
    return url
  }
}
