import Delivery
import EvolutionAPI
import JSON
import Logging
import Monitoring
import Redis
import RedisQueue
import Settings
import Testing
import Time

@testable import ifinu

@Suite struct ConfigurationTests {
  @Test func `the defaults are those that are promised`() throws {
    let configuration = try make([:])
    #expect(configuration.redis.url.description == "redis://127.0.0.1:6379/0")
    #expect(configuration.redis.keys.prefix == "ifinu:")
    #expect(configuration.evolution.apiKey == nil && configuration.evolution.instance == nil)
    #expect(configuration.worker.workers == 10)
    #expect(configuration.worker.rate == 50 && configuration.worker.burst == 100)
    #expect(configuration.worker.policy.retry.maximumAttempts == 3)
    #expect(configuration.worker.policy.retry.delay(afterFailures: 2, random: 0) == .seconds(1_500))
    #expect(configuration.worker.policy.onUncertain == .park)
    #expect(configuration.worker.lease == .seconds(60) && configuration.evolution.sendTimeout == .seconds(30))
    #expect(configuration.worker.shutdown.total == .seconds(25))
    #expect("\(configuration.monitoring.address)" == "127.0.0.1:9464")
    #expect(configuration.logging.level == .info && configuration.logging.format == .text)
  }

  @Test func `by default no instance has limits`() throws {
    let instances = try make([:]).instances
    #expect(instances.limits == InstanceLimits() && instances.limits.jitter == 0.3)
    #expect(instances.limits.concurrency == 0 && instances.limits.interval == .zero)
    #expect(instances.limits.dailyCap == DailyCap(perDay: nil, warmUp: .none))
    #expect(instances.longestParking == .seconds(86_400) && instances.deduplicationWindow == .seconds(86_400))
    #expect(!instances.keepsOrder && instances.reconciliation == .auto && instances.quietHours == nil)
    #expect(instances.directoryLifetime == .seconds(300))
    #expect(instances.timeZone.offset(at: Timestamp(nanoseconds: 1_800_000_000_000_000_000)) == -3 * 3600)
  }

  @Test func `an instance's limits are read`() throws {
    let instances = try make([
      .instanceConcurrency: "1", .instanceInterval: "3s", .instanceJitter: "0.5", .instanceDailyCap: "200",
      .instanceWarmup: "20,40,80", .parkMax: "2d", .keepOrder: "on", .reconcile: "off", .dedupWindow: "0s",
      .quietHours: "21:00-08:00", .timeZone: "America/Manaus", .directoryTTL: "30s",
    ]).instances
    #expect(instances.limits.concurrency == 1 && instances.limits.interval == .seconds(3))
    #expect(instances.limits.jitter == 0.5)
    #expect(instances.limits.dailyCap == DailyCap(perDay: 200, warmUp: try WarmUp([20, 40, 80])))
    #expect(instances.longestParking == .seconds(2 * 86_400) && instances.deduplicationWindow == nil)
    #expect(instances.keepsOrder && instances.reconciliation == .off && instances.quietHours != nil)
    #expect(instances.timeZone.offset(at: Timestamp(nanoseconds: 1_800_000_000_000_000_000)) == -4 * 3600)
    #expect(instances.directoryLifetime == .seconds(30))
  }

  @Test(
    arguments: [
      (.instanceWarmup, "20;40", "such as 20,40,80,160"), (.instanceWarmup, "0", "such as 20,40,80,160"),
      (.quietHours, "21h-8h", "such as 21:00-08:00"), (.quietHours, "08:00-08:00", "same time twice"),
      (.timeZone, "America/Nowhere", "is no time zone"), (.timeZone, "../etc/passwd", "is no name of a time zone"),
      (.timeZone, "/etc/localtime", "is no name of a time zone"), (.timeZone, "UTC-3", "is no time zone"),
    ] as [(Setting, String, String)])
  func `what an instance's limit may not be is refused`(setting: Setting, text: String, problem: String) throws {
    let error = try #require(throws: SettingError.self) { try make([setting: text]) }
    #expect(error.message.hasPrefix("\(setting.name) (--\(setting.flag))"), "\(error.message)")
    #expect(error.message.contains(problem) && error.message.contains("\"\(text)\""), "\(error.message)")
  }

  @Test func `a setting's default is that of the type that it fills`() throws {
    let (read, plain) = (try make([:]).worker, WorkerConfiguration())
    #expect(read.lease == plain.lease && read.policy == plain.policy && read.shutdown == plain.shutdown)
    #expect(read.workers == plain.workers && read.rate == plain.rate && read.burst == plain.burst)
    #expect(read.breakerFailures == plain.breakerFailures && read.breakerCooldown == plain.breakerCooldown)
    #expect(try make([:]).deadLetters == DeadLetterBound())
  }

  @Test(arguments: Configuration.settings)
  func `what is out of range is refused, with the range`(setting: Setting) throws {
    let wrong: [String]
    switch setting.kind {
    case .integer(let range): wrong = ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", "1.5", "x", "９"]
    case .number(let range): wrong = ["\(range.lowerBound - 1)", "\(range.upperBound * 2)", "nan", "inf", "x", "1,5"]
    case .duration(let range):
      wrong =
        [DurationText.format(range.upperBound + .seconds(1)), "5", "-1s", "soon"]
        + (range.lowerBound > .milliseconds(1) ? [DurationText.format(range.lowerBound - .milliseconds(1))] : [])
    case .choice: wrong = ["", "x", "INFO", "Park"].filter { !$0.isEmpty }
    case .text: return
    }
    for text in wrong {
      let error = try #require(throws: SettingError.self, "\(setting.name)=\(text)") { try make([setting: text]) }
      #expect(error.message.hasPrefix("\(setting.name) (--\(setting.flag)) must be"), "\(error.message)")
      #expect(error.message.contains(setting.kind.words) && error.message.contains(text))
    }
  }

  @Test(arguments: Configuration.settings)
  func `the bounds themselves are accepted`(setting: Setting) throws {
    let bounds: [String] =
      switch setting.kind {
      case .integer(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
      case .number(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
      case .duration(let range): [DurationText.format(range.lowerBound), DurationText.format(range.upperBound)]
      case .choice(let names): names
      case .text: []
      }
    for text in bounds {
      // The lease has to be the longer of the two, whichever is looked at.
      let beside: [Setting: String] =
        switch setting {
        case .lease: [.sendTimeout: "500ms"]
        case .sendTimeout: [.lease: "1d"]
        case .evolutionShards: [.evolutionURL: "http://evo-{shard}"]
        default: [:]
        }
      #expect(throws: Never.self, "\(setting.name)=\(text)") { try make([setting: text].merging(beside) { $1 }) }
    }
  }

  @Test(
    arguments: [
      ([Setting.lease: "30s"], "IFINU_LEASE"), ([.sendTimeout: "2m"], "IFINU_LEASE"),
      ([.redisURL: "http://:segredo@x"], "IFINU_REDIS_URL"),
      ([.redisURL: "redis://:segredo@x:99999"], "IFINU_REDIS_URL"),
      ([.evolutionURL: "ftp://segredo@x"], "IFINU_EVOLUTION_URL"), ([.evolutionShards: "2"], "IFINU_EVOLUTION_SHARDS"),
      ([.keyPrefix: "a b"], "IFINU_KEY_PREFIX"),
      ([.evolutionInstance: "a\nb"], "IFINU_EVOLUTION_INSTANCE"), ([.httpAddress: "127.0.0.1"], "IFINU_HTTP_ADDRESS"),
      ([.testNumber: "551198765432199"], "IFINU_TEST_NUMBER"),
      ([.evolutionInstance: "\"loja\""], "IFINU_EVOLUTION_INSTANCE"), ([.keyPrefix: "'ifinu:'"], "IFINU_KEY_PREFIX"),
      ([.evolutionAPIKey: "\"segredo\""], "IFINU_EVOLUTION_API_KEY"),
      ([.evolutionInstance: "loja "], "IFINU_EVOLUTION_INSTANCE"),
      ([.workers: "10\r"], "IFINU_WORKERS"),
    ] as [([Setting: String], String)])
  func `what can't be worked with is named, and secrets are not shown`(settings: [Setting: String], name: String) throws
  {
    let error = try #require(throws: SettingError.self) { try make(settings) }
    #expect(error.message.contains(name))
    #expect(!error.message.contains("segredo") && !error.message.contains("98765"), "\(error.message)")
  }

  @Test func `what is shown of a configuration hides its secrets`() throws {
    let configuration = try make([
      .redisURL: "redis://ana:segredo@10.0.0.1:6380/2", .evolutionAPIKey: "segredo", .testNumber: "11988880001",
    ])
    let shown = configuration.json.text + configuration.rows.map { "\($0)" }.joined()
    #expect(!shown.contains("segredo") && !shown.contains("98888"))
    #expect(configuration.rows.map(\.name) == Configuration.settings.map(\.name))
    let key = configuration.rows.first { $0.name == "IFINU_EVOLUTION_API_KEY" }
    #expect(key?.value == "***" && key?.source == .flag)
  }

  @Test(arguments: [
    ("IFINU_SERVICE_HOST", "10.0.0.1"), ("IFINU_SERVICE_PORT", "9464"), ("IFINU_SERVICE_PORT_METRICS", "9464"),
    ("IFINU_PORT", "tcp://10.0.0.1:9464"), ("IFINU_PORT_9464_TCP", "tcp://10.0.0.1:9464"),
    ("IFINU_PORT_9464_TCP_PROTO", "tcp"), ("IFINU_PORT_9464_TCP_PORT", "9464"), ("IFINU_PORT_9464_TCP_ADDR", "fd00::1"),
    ("IFINU_WORKER_SERVICE_HOST", "fd00:10:96::a"), ("IFINU_WORKER_SERVICE_PORT", "9464"),
    ("IFINU_WORKER_PORT", "tcp://[fd00::1]:9464"), ("IFINU_WORKER_PORT_9464_UDP", "udp://10.0.0.1:9464"),
    ("IFINU_REDIS_PORT", "tcp://172.17.0.2:6379"), ("IFINU_NAME", "/web/ifinu"), ("IFINU_ENV_LANG", "C.UTF-8"),
    ("IFINU_WORKER_PORT_9464_TCP_START", "tcp://172.17.0.2:9464"),
  ])
  func `variables that Kubernetes and Docker set for services are left alone`(name: String, value: String) throws {
    let values = try SettingValues(
      of: Configuration.settings, flags: [:], environment: [name: value, "IFINU_WORKERS": "3"])
    #expect(values.ofServices == [name])
    #expect(values.text(.workers) == "3")
  }

  @Test(arguments: [
    ("IFINU_PORT", "9464"), ("IFINU_SERVICE_HOST", "worker"), ("IFINU_SERVICE_HOST", "10.0.0"),
    ("IFINU_HTTP_PORT", "9464"), ("IFINU_REDIS_PORT", "6379"), ("IFINU_SERVICE_PORT", "many"),
    ("IFINU_PORT_9464_TCP_ADDR", "somewhere"), ("IFINU_WORKER", "10"), ("IFINU_NAME", "loja"), ("IFINU_", "x"),
    ("IFINU_ENV", "production"), ("IFINU_PORT", "http://10.0.0.1:9464"),
  ])
  func `misspelt settings are refused although they look a little like it`(name: String, value: String) {
    let error = #expect(throws: SettingError.self) {
      try SettingValues(of: Configuration.settings, flags: [:], environment: [name: value])
    }
    #expect(error?.message.contains(name) == true)
  }

  @Test func `more workers than there are descriptors for are refused with the number that would do`() throws {
    let configuration = try make([.workers: "500"])
    #expect(throws: Never.self) { try configuration.check(descriptors: 628) }
    #expect(throws: Never.self) { try configuration.check(descriptors: nil) }
    let error = #expect(throws: SettingError.self) { try configuration.check(descriptors: 627) }
    #expect(error?.message.contains("499") == true)
  }

  private func make(_ flags: [Setting: String]) throws -> Configuration {
    try Configuration(SettingValues(of: Configuration.settings, flags: flags, environment: [:]))
  }
}
