import Delivery
import EvolutionAPI
import HTTPServer
import RedisQueue

/// Looks at everything that a worker needs.
struct Doctor {
  let configuration: Configuration

  /// What was found, in the order in which it is worth mending.
  func examine() async throws -> [Finding] {
    var findings = [Finding(subject: "configuration", health: .good, seen: "every setting is understood")]
    findings += settingsFindings
    findings += await redisFindings()
    findings += try await evolutionFindings()
    findings.append(await addressFinding())
    return findings
  }

  private var settingsFindings: [Finding] {
    var findings: [Finding] = []
    if configuration.evolution.apiKey == nil {
      findings.append(
        Finding(
          subject: "API key", health: .bad, seen: "no key is set",
          fix: "set IFINU_EVOLUTION_API_KEY_FILE to a file that holds Evolution's key"))
    }
    if configuration.evolution.instance == nil {
      findings.append(
        Finding(
          subject: "default instance", health: .doubtful,
          seen: "not set: messages that name no instance and whose tenant has none become dead letters",
          fix: "set IFINU_EVOLUTION_INSTANCE, or fill the hash \(configuration.redis.keys.prefix)instancias"))
    }
    return findings
  }

  private func redisFindings() async -> [Finding] {
    let place = "\(configuration.redis.url)"
    do throws(WorkFailure) {
      let queue = try configuration.makeQueue()
      defer { queue.close() }
      let warnings = try await reaching(configuration) { () async throws(QueueError) in
        try await queue.serverWarnings()
      }
      let snapshot = try await reaching(configuration) { () async throws(QueueError) in try await queue.snapshot() }
      let waiting = snapshot.lanes.values.reduce(0) { $0 + $1.length }
      let seen = "\(place) answers; \(waiting) waiting, \(snapshot.inFlight) in flight, \(snapshot.dead) dead letters"
      return [Finding(subject: "Redis", health: .good, seen: seen)]
        + warnings.map { Finding(subject: "Redis", health: .doubtful, seen: $0) }
    } catch {
      return [Finding(subject: "Redis", health: .bad, seen: error.message, fix: "start Redis, or set IFINU_REDIS_URL")]
    }
  }

  private func evolutionFindings() async throws -> [Finding] {
    let probe = EvolutionProbe(try configuration.makeEvolutionClient())
    let place = "\(configuration.evolution.url)"
    switch await probe.version() {
    case .unreachable(let cause):
      return [
        Finding(
          subject: "Evolution", health: .bad, seen: "\(place) can't be reached: \(cause)",
          fix: "start Evolution API, or set IFINU_EVOLUTION_URL")
      ]
    case .found(let version):
      let seen = "\(place) answers, version \(version.isEmpty ? "unknown" : version)"
      return [Finding(subject: "Evolution", health: .good, seen: seen)] + (await credentialFindings(probe))
    case .refused(let status), .unreadable(let status):
      let seen = "\(place) answers with \(status), not as Evolution API does"
      return [
        Finding(
          subject: "Evolution", health: .doubtful, seen: seen, fix: "see that IFINU_EVOLUTION_URL is Evolution's root")
      ] + (await credentialFindings(probe))
    }
  }

  private func credentialFindings(_ probe: EvolutionProbe) async -> [Finding] {
    switch await probe.instanceCount() {
    case .found(let count):
      return [Finding(subject: "API key", health: .good, seen: "accepted; \(count) instances")]
        + (await instanceFindings(probe))
    case .refused(401), .refused(403):
      return [
        Finding(
          subject: "API key", health: .bad, seen: "Evolution does not accept it",
          fix: "set IFINU_EVOLUTION_API_KEY to its AUTHENTICATION_API_KEY")
      ]
    case .refused(let status), .unreadable(let status):
      return [Finding(subject: "API key", health: .doubtful, seen: "listing the instances gave \(status)")]
    case .unreachable(let cause):
      return [Finding(subject: "API key", health: .doubtful, seen: "could not be tried: \(cause)")]
    }
  }

  private func instanceFindings(_ probe: EvolutionProbe) async -> [Finding] {
    guard let instance = configuration.evolution.instance else { return [] }
    let subject = "instance \(instance)"
    switch await probe.connectionState(of: instance) {
    case .found(.open): return [Finding(subject: subject, health: .good, seen: "connected")]
    case .found(let state):
      return [
        Finding(
          subject: subject, health: .bad, seen: "\(state)", fix: "connect it: scan its QR code in Evolution's manager")
      ]
    case .refused(404):
      return [Finding(subject: subject, health: .bad, seen: "does not exist", fix: "mend IFINU_EVOLUTION_INSTANCE")]
    case .refused(let status), .unreadable(let status):
      return [Finding(subject: subject, health: .doubtful, seen: "its state could not be read (\(status))")]
    case .unreachable(let cause):
      return [Finding(subject: subject, health: .doubtful, seen: "its state could not be read: \(cause)")]
    }
  }

  private func addressFinding() async -> Finding {
    let address = configuration.httpAddress
    do {
      let server = try HTTPServer(address: address, setting: Setting.httpAddress.name) { _ in .text(404, "") }
      await server.stop()
      return Finding(subject: "HTTP address", health: .good, seen: "\(address) is free")
    } catch {
      return Finding(
        subject: "HTTP address", health: .doubtful, seen: "\(error)",
        fix: "nothing, if a worker runs there already")
    }
  }
}
