import Delivery
import Logging

extension Setting {
  private static let day = Duration.seconds(86_400)
  private static let delays = Duration.milliseconds(1)...(day * 30)

  /// What the setting takes, its default and what it is for.
  var specification: SettingSpecification {
    switch self {
    case .redisURL:
      .init(
        kind: .text, defaultValue: "redis://127.0.0.1:6379/0",
        help: "Redis: redis://[user:password@]host:port/db, or unix:/path", isSecret: true)
    case .keyPrefix: .init(kind: .text, defaultValue: "ifinu:", help: "what every key in Redis starts with")
    case .evolutionURL:
      .init(
        kind: .text, defaultValue: "http://127.0.0.1:8080",
        help: "where Evolution API answers; {shard} in it stands for the shard of a message's instance")
    case .evolutionShards:
      .init(
        kind: .integer(1...10_000), defaultValue: "1",
        help: "how many shards there are, numbered from 0, for instances that the hash of shards does not name")
    case .evolutionAPIKey:
      .init(kind: .text, defaultValue: nil, help: "Evolution's key, sent in the header apikey", isSecret: true)
    case .evolutionInstance:
      .init(kind: .text, defaultValue: nil, help: "the instance for messages that name none and whose tenant has none")
    case .evolutionCABundle:
      .init(kind: .text, defaultValue: nil, help: "a PEM file of the authorities to trust instead of the system's")
    case .workers: .init(kind: .integer(1...5_000), defaultValue: "10", help: "messages in flight at once")
    case .rate: .init(kind: .number(0...100_000), defaultValue: "50", help: "messages a second; 0 for no limit")
    case .burst:
      .init(kind: .integer(1...100_000), defaultValue: "100", help: "messages that may go out at once after a rest")
    case .maxAttempts: .init(kind: .integer(1...100), defaultValue: "3", help: "attempts before a message is given up")
    case .retryBase: .init(kind: .duration(Self.delays), defaultValue: "5m", help: "the delay after the first failure")
    case .retryFactor:
      .init(kind: .number(1...100), defaultValue: "5", help: "what each further failure multiplies it by")
    case .retryCap: .init(kind: .duration(Self.delays), defaultValue: "2h", help: "the longest delay")
    case .retryJitter:
      .init(kind: .number(0...1), defaultValue: "0.1", help: "the random share of a delay, up and down")
    case .sendTimeout:
      .init(
        kind: .duration(.milliseconds(100)...(.seconds(600))), defaultValue: "30s",
        help: "the longest wait for Evolution's answer")
    case .connectTimeout:
      .init(
        kind: .duration(.milliseconds(10)...(.seconds(300))), defaultValue: "5s",
        help: "the longest wait for a connection")
    case .evolutionIdle:
      .init(
        kind: .duration(.zero...(.seconds(300))), defaultValue: "3s",
        help: "how long an idle connection is kept; shorter than the server, or a proxy before it, keeps it")
    case .lease:
      .init(
        kind: .duration(.seconds(1)...Self.day), defaultValue: "60s",
        help: "how long a message stays with a worker that vanished; longer than the send timeout")
    case .onUncertain:
      .init(
        kind: .choice(VerdictPolicy.OnUncertain.allCases.map(\.rawValue)), defaultValue: "park",
        help: "a send whose answer never came: park it as a dead letter, or retry and risk a second copy")
    case .breakerFailures:
      .init(
        kind: .integer(1...1_000_000), defaultValue: "20", help: "failures of the host in a row that open the breaker")
    case .breakerCooldown:
      .init(
        kind: .duration(.milliseconds(10)...(.seconds(3600))), defaultValue: "10s",
        help: "how long the breaker stays open before a probe")
    case .shutdownGrace:
      .init(
        kind: .duration(.zero...(.seconds(3600))), defaultValue: "25s",
        help: "how long messages in flight may take to finish at shutdown")
    case .httpAddress:
      .init(kind: .text, defaultValue: "127.0.0.1:9464", help: "where /metrics, /livez and /readyz answer")
    case .exemplars:
      .init(
        kind: .choice(Configuration.Exemplars.allCases.map(\.rawValue)), defaultValue: "off",
        help: "message ids as exemplars of the send times, in OpenMetrics")
    case .testNumber: .init(kind: .text, defaultValue: nil, help: "the recipient of load-test messages")
    case .logLevel:
      .init(
        kind: .choice(Logger.Level.allCases.map(\.rawValue)), defaultValue: "info", help: "the least that is logged")
    case .logFormat:
      .init(kind: .choice(["text", "json"]), defaultValue: "text", help: "text for people, json for machines")
    case .dlqMax:
      .init(kind: .integer(1...100_000_000), defaultValue: "100000", help: "dead letters that are kept")
    case .dlqMaxAge:
      .init(
        kind: .duration(.seconds(1)...(Self.day * 3650)), defaultValue: "30d", help: "how long dead letters are kept")
    }
  }
}
