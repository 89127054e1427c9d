// Reads as many settings by swift-configuration from flags, variables and a folder of secrets, checks ranges by hand,
// and prints what the providers report, secrets masked.
import Configuration
import Measurement
import SystemPackage

let integers: [(key: ConfigKey, fallback: Int, range: ClosedRange<Int>)] = [
  ("evolution.shards", 1, 1...10_000), ("workers", 10, 1...5_000), ("burst", 100, 1...100_000),
  ("max.attempts", 3, 1...100), ("breaker.failures", 20, 1...1_000_000), ("dlq.max", 100_000, 1...100_000_000),
]
let numbers: [(key: ConfigKey, fallback: Double, range: ClosedRange<Double>)] = [
  ("rate", 50, 0...100_000), ("retry.factor", 5, 1...100), ("retry.jitter", 0.1, 0...1),
]
let texts: [(key: ConfigKey, fallback: String)] = [
  ("redis.url", "redis://127.0.0.1:6379/0"), ("key.prefix", "ifinu:"), ("evolution.url", "http://127.0.0.1:8080"),
  ("evolution.instance", ""), ("evolution.ca.bundle", ""), ("retry.base", "5m"), ("retry.cap", "2h"),
  ("send.timeout", "30s"), ("connect.timeout", "5s"), ("evolution.idle", "3s"), ("lease", "60s"),
  ("on.uncertain", "park"), ("breaker.cooldown", "10s"), ("shutdown.grace", "25s"), ("http.address", "127.0.0.1:9464"),
  ("exemplars", "off"), ("test.number", ""), ("log.level", "info"), ("log.format", "text"), ("dlq.max.age", "30d"),
]
let flags = CommandLineArgumentsProvider()
let variables = EnvironmentVariablesProvider(secretsSpecifier: .specific(["EVOLUTION_API_KEY", "REDIS_URL"]))
let secrets = try await DirectoryFilesProvider(directoryPath: "/run/secrets", allowMissing: true)
let reader = ConfigReader(providers: [flags, variables, secrets])
for (key, fallback, range) in integers {
  let value = reader.int(forKey: key, default: fallback)
  print("\(key)=\(value)\(range.contains(value) ? "" : " is out of range")")
}
for (key, fallback, range) in numbers {
  let value = reader.double(forKey: key, default: fallback)
  print("\(key)=\(value)\(range.contains(value) ? "" : " is out of range")")
}
for (key, fallback) in texts { print("\(key)=\(reader.string(forKey: key, default: fallback))") }
print("key is set: \(reader.string(forKey: "evolution.api.key", isSecret: true) != nil)")
print(flags, secrets)
Measurement().report(operations: 1)
