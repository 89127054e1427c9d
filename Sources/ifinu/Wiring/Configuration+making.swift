import Delivery
import EvolutionAPI
import HTTPServer
import Logging
import Monitoring
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
        url: redis.url, keys: redis.keys, lease: redis.lease, deadLetterBound: redis.deadLetters, on: loop,
        logger: logger)
    } catch {
      throw WorkFailure(message: "\(error)")
    }
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

  /// The HTTP server, listening.
  func listen(routes: MonitoringRoutes) throws(WorkFailure) -> MonitoringServer {
    var limits = HTTPLimits.monitoring
    // Each worker may have a connection to Evolution, and libcurl descriptors of its own beside it.
    limits.otherDescriptors += 2 * worker.workers
    do {
      return try MonitoringServer(
        address: httpAddress, setting: Setting.httpAddress.name, limits: limits, routes: routes)
    } catch {
      throw WorkFailure(message: "\(error)")
    }
  }
}
