import Delivery
import EvolutionAPI
import Messaging

/// What the doctor looks at on Evolution's side: each server, the key, and the default instance where it lives.
struct EvolutionExamination {
  private let configuration: Configuration
  private let client: EvolutionClient
  private let address: EvolutionAddress

  /// An examination of what is configured.
  ///
  /// - Throws: ``ConfigurationError`` for a setting that no client can be made of.
  init(_ configuration: Configuration) throws {
    self.configuration = configuration
    address = configuration.evolution.address
    client = try configuration.makeEvolutionClient()
  }

  func findings() async -> [Finding] {
    var findings: [Finding] = []
    for shard in shards {
      findings += await serverFindings(EvolutionProbe(client, shard: shard), on: shard)
    }
    if let instance = configuration.evolution.instance, !findings.contains(where: { $0.health == .bad }) {
      findings.append(await finding(on: instance))
    }
    return findings
  }

  private var shards: [Shard?] {
    address.isSharded ? (0..<configuration.evolution.shards).map { Shard(String($0)) } : [nil]
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
    do {
      shard = try await configuration.shard(of: instance)
    } catch {
      return Finding(
        subject: "instance \(instance)", health: .doubtful, seen: "its shard could not be found: \(error.message)")
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
