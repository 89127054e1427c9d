import Delivery
import JSON
import Logging
import RedisQueue
import Testing

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
    #expect(configuration.redis.lease == .seconds(60) && configuration.evolution.sendTimeout == .seconds(30))
    #expect(configuration.worker.shutdownGrace == .seconds(25))
    #expect("\(configuration.httpAddress)" == "127.0.0.1:9464")
    #expect(configuration.logging.level == .info && configuration.logging.format == .text)
  }

  @Test(arguments: Setting.allCases)
  func `what is out of range is refused, with the range`(setting: Setting) throws {
    let wrong: [String]
    switch setting.specification.kind {
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
      let error = try #require(throws: ConfigurationError.self, "\(setting.name)=\(text)") { try make([setting: text]) }
      #expect(error.message.hasPrefix("\(setting.name) (--\(setting.flag)) must be"), "\(error.message)")
      #expect(error.message.contains(setting.specification.kind.words) && error.message.contains(text))
    }
  }

  @Test(arguments: Setting.allCases)
  func `the bounds themselves are accepted`(setting: Setting) throws {
    let bounds: [String] =
      switch setting.specification.kind {
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
      ([.evolutionInstance: "../a"], "IFINU_EVOLUTION_INSTANCE"), ([.httpAddress: "127.0.0.1"], "IFINU_HTTP_ADDRESS"),
      ([.testNumber: "551198765432199"], "IFINU_TEST_NUMBER"),
    ] as [([Setting: String], String)])
  func `what can't be worked with is named, and secrets are not shown`(settings: [Setting: String], name: String) throws
  {
    let error = try #require(throws: ConfigurationError.self) { try make(settings) }
    #expect(error.message.contains(name))
    #expect(!error.message.contains("segredo") && !error.message.contains("98765"), "\(error.message)")
  }

  @Test func `what is shown of a configuration hides its secrets`() throws {
    let configuration = try make([
      .redisURL: "redis://ana:segredo@10.0.0.1:6380/2", .evolutionAPIKey: "segredo", .testNumber: "11988880001",
    ])
    let shown = configuration.json.text + configuration.rows.map { "\($0)" }.joined()
    #expect(!shown.contains("segredo") && !shown.contains("98888"))
    #expect(configuration.rows.map(\.name) == Setting.allCases.map(\.name))
    let key = configuration.rows.first { $0.name == "IFINU_EVOLUTION_API_KEY" }
    #expect(key?.value == "***" && key?.source == .flag)
  }

  private func make(_ flags: [Setting: String]) throws -> Configuration {
    try Configuration(SettingValues(flags: flags, environment: [:]))
  }
}
