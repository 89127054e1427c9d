import Delivery
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
    findings += try await EvolutionExamination(configuration).findings()
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
        + warnings.map { Finding(subject: "Redis", health: .doubtful, seen: $0.problem, fix: $0.fix) }
        + [snapshot.fault].compactMap(\.self).map { Finding(subject: "queue", health: .bad, seen: "\($0)") }
    } catch {
      let isThere = error.exitCode != ExitStatus.temporaryFailure
      let fix = isThere ? "set user, password and database in IFINU_REDIS_URL" : "start Redis, or set IFINU_REDIS_URL"
      return [Finding(subject: "Redis", health: .bad, seen: error.message, fix: fix)]
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
