import Delivery
import EvolutionAPI
import HTTPServer
import Monitoring
import Operations
import Redis
import RedisQueue
import Settings

extension Configuration {
  /// What `ifinu doctor` finds.
  ///
  /// - Throws: ``WorkFailure`` when the system gives no thread or descriptor.
  func examine() async throws -> [Finding] {
    let queue = try makeQueue()
    defer { queue.close() }
    let connection = try makeConnection()
    defer { connection.close() }
    let instances = InstanceExamination(
      by: RedisInstances(over: connection, keys: redis.keys),
      rules: InstanceExamination.Rules(
        limits: self.instances.limits, clock: self.instances.timeZone, workers: worker.workers,
        defaultInstance: self.evolution.instance, longestParking: self.instances.longestParking,
        prefix: redis.keys.prefix))
    let evolution = EvolutionExamination(
      of: self.evolution.address, shards: self.evolution.shards, by: try makeEvolutionClient(),
      instance: self.evolution.instance
    ) { instance throws(ShardLookupFailure) in
      do throws(WorkFailure) {
        return try await shard(of: instance)
      } catch {
        throw ShardLookupFailure(error.message)
      }
    }
    return await Doctor([
      SettingsExamination(configuration: self),
      QueueExamination(of: "\(redis.url)", by: queue) { error in
        let failure = WorkFailure(error, at: redis.url)
        let isThere = failure.exitCode != ExitStatus.temporaryFailure
        let fix =
          isThere ? "set user, password and database in IFINU_REDIS_URL" : "start Redis, or set IFINU_REDIS_URL"
        return (failure.message, fix)
      },
      instances, evolution, AddressExamination(address: monitoring.address),
    ]).examine()
  }
}

/// Looks at settings that may be left out, but for a worker's work should not.
private struct SettingsExamination: Examination {
  let configuration: Configuration

  func findings() async -> [Finding] {
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
}

/// Looks whether the monitoring server could listen.
private struct AddressExamination: Examination {
  let address: SocketAddress

  func findings() async -> [Finding] {
    do throws(HTTPServerError) {
      let server = try HTTPServer(address: address, setting: Setting.httpAddress.name) { _ in .text(404, "") }
      await server.stop()
      return [Finding(subject: "HTTP address", health: .good, seen: "\(address) is free")]
    } catch {
      return [
        Finding(
          subject: "HTTP address", health: .doubtful, seen: "\(error)",
          fix: "nothing, if a worker runs there already")
      ]
    }
  }
}
