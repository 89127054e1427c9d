import Delivery
import EvolutionAPI
import Logging
import Platform
import Redis
import RedisQueue

extension Configuration {
  /// A logger for commands that talk to people: their own words say what is wrong.
  static var silentLogger: Logger { Logger(label: "ifinu") { _ in SwiftLogNoOpLogHandler() } }

  /// The queue, connecting in the background; without a loop, on a thread of its own.
  func makeQueue(on loop: EventLoop? = nil, logger: Logger = silentLogger) throws(WorkFailure) -> RedisMessageQueue {
    do {
      return try RedisMessageQueue(
        url: redis.url, keys: redis.keys, lease: worker.lease, deadLetterBound: deadLetters, routing: routing, on: loop,
        logger: logger)
    } catch {
      throw WorkFailure(message: "\(error)")
    }
  }

  private var routing: Routing {
    Routing(
      defaultInstance: evolution.instance, limitsAll: instances.limits.areAny,
      deduplicationWindow: instances.deduplicationWindow)
  }

  /// How the pool delivers, with what holds for instances.
  var delivery: WorkerConfiguration {
    var delivery = worker
    delivery.reconciliation = ReconciliationPolicy(
      isOn: instances.reconciliation == .auto, sendTimeout: evolution.sendTimeout)
    delivery.quietHours = instances.quietHours
    delivery.keepsOrder = instances.keepsOrder
    return delivery
  }

  /// A connection for commands that do one thing.
  func makeConnection() throws(WorkFailure) -> RedisConnection {
    do {
      return try RedisConnection(to: redis.url, logger: Self.silentLogger)
    } catch {
      throw WorkFailure(message: "\(error)")
    }
  }

  /// The client of Evolution API; without a loop, on a thread of its own.
  ///
  /// - Throws: ``WorkFailure`` when the system gives no thread or descriptor.
  func makeEvolutionClient(on loop: EventLoop? = nil) throws(WorkFailure) -> EvolutionClient {
    do throws(EvolutionSetupError) {
      return try EvolutionClient(
        address: evolution.address, apiKey: evolution.apiKey, connectTimeout: evolution.connectTimeout,
        sendTimeout: evolution.sendTimeout, maximumIdle: evolution.maximumIdle, caFile: evolution.caBundle,
        userAgent: "ifinu/\(BuildInfo.version)", on: loop)
    } catch {
      // What the settings say was looked at when they were read.
      throw WorkFailure(message: "\(error)")
    }
  }
}
