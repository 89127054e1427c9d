package import Delivery
package import Messaging
package import Operations

/// What the doctor looks at on Evolution's side: each server, the key, and the default instance where it lives.
package struct EvolutionExamination: Examination {
  /// Finds the shard on which an instance lives; nil where one server has all instances.
  package typealias ShardLookup = @Sendable (InstanceName) async throws(ShardLookupFailure) -> Shard?

  private let address: EvolutionAddress
  private let shardCount: Int
  private let client: EvolutionClient
  private let instance: InstanceName?
  private let shard: ShardLookup

  /// An examination.
  ///
  /// - Parameters:
  ///   - address: where Evolution answers.
  ///   - shards: how many shards are numbered.
  ///   - client: whose connections and key are used.
  ///   - instance: the default instance; nil where there is none.
  ///   - shard: finds the shard of the default instance.
  package init(
    of address: EvolutionAddress, shards: Int, by client: EvolutionClient, instance: InstanceName?,
    shard: @escaping ShardLookup
  ) {
    self.address = address
    shardCount = shards
    self.client = client
    self.instance = instance
    self.shard = shard
  }

  /// What was found, server by server.
  package func findings() async -> [Finding] {
    var findings: [Finding] = []
    for shard in shards {
      findings += await serverFindings(EvolutionProbe(client, shard: shard), on: shard)
    }
    if let instance, !findings.contains(where: { $0.health == .bad }) {
      findings.append(await finding(on: instance))
    }
    return findings
  }

  private var shards: [Shard?] {
    address.isSharded ? (0..<shardCount).map { Shard(String($0)) } : [nil]
  }

  private func subject(_ name: String, on shard: Shard?) -> String { shard.map { "\(name), shard \($0)" } ?? name }

  private func serverFindings(_ probe: EvolutionProbe, on shard: Shard?) async -> [Finding] {
    let place = address.url(of: shard).map { "\($0)" } ?? "\(address)"
    let subject = subject("Evolution", on: shard)
    switch await probe.version() {
    case .unreachable(let cause):
      return [
        Finding(
          subject: subject, health: .bad, seen: "\(place) can't be reached: \(cause)",
          fix: "start Evolution API, or set IFINU_EVOLUTION_URL")
      ]
    case .found(let version):
      let seen = "\(place) answers, version \(version.isEmpty ? "unknown" : version)"
      return [Finding(subject: subject, health: .good, seen: seen), await keyFinding(probe, on: shard)]
    case .refused(let status), .unreadable(let status):
      return [
        Finding(
          subject: subject, health: .doubtful, seen: "\(place) answers with \(status), not as Evolution API does",
          fix: "see that IFINU_EVOLUTION_URL is Evolution's root"),
        await keyFinding(probe, on: shard),
      ]
    }
  }

  private func keyFinding(_ probe: EvolutionProbe, on shard: Shard?) async -> Finding {
    let subject = subject("API key", on: shard)
    switch await probe.instanceCount() {
    case .found(let count):
      return Finding(subject: subject, health: .good, seen: "accepted; \(counted(count, "instance"))")
    case .refused(401), .refused(403):
      return Finding(
        subject: subject, health: .bad, seen: "Evolution does not accept it",
        fix: "set IFINU_EVOLUTION_API_KEY to its AUTHENTICATION_API_KEY")
    case .refused(let status), .unreadable(let status):
      return Finding(subject: subject, health: .doubtful, seen: "listing the instances gave \(status)")
    case .unreachable(let cause):
      return Finding(subject: subject, health: .doubtful, seen: "could not be tried: \(cause)")
    }
  }

  private func finding(on instance: InstanceName) async -> Finding {
    let shard: Shard?
    do throws(ShardLookupFailure) {
      shard = try await self.shard(instance)
    } catch {
      return Finding(
        subject: "instance \(instance)", health: .doubtful, seen: "its shard could not be found: \(error)")
    }
    let subject = subject("instance \(instance)", on: shard)
    switch await EvolutionProbe(client, shard: shard).connectionState(of: instance) {
    case .found(.open): return Finding(subject: subject, health: .good, seen: "connected")
    case .found(let state):
      return Finding(
        subject: subject, health: .bad, seen: "\(state)", fix: "connect it: scan its QR code in Evolution's manager")
    case .refused(404):
      return Finding(subject: subject, health: .bad, seen: "does not exist", fix: "mend IFINU_EVOLUTION_INSTANCE")
    case .refused(let status), .unreadable(let status):
      return Finding(subject: subject, health: .doubtful, seen: "its state could not be read (\(status))")
    case .unreachable(let cause):
      return Finding(subject: subject, health: .doubtful, seen: "its state could not be read: \(cause)")
    }
  }
}

/// Why the shard of an instance could not be found.
package struct ShardLookupFailure: Error, CustomStringConvertible {
  /// The reason, for people to read.
  package let description: String

  /// A failure by its reason.
  package init(_ description: String) { self.description = description }
}
