import TestSupport
import Testing

/// What a command that can't do its work says, and the code it ends with.
@Suite struct ExitCodeTests {
  @Test(
    .hangLimit,
    arguments: [
      (["IFINU_WORKER": "5"], "IFINU_WORKERS"), (["IFINU_EVOLUTION_APIKEY": "x"], "IFINU_EVOLUTION_API_KEY"),
      (["IFINU_WORKERS": "0"], "IFINU_WORKERS (--workers) must be a whole number from 1 to 5000"),
      (["IFINU_WORKERS": "dez"], "IFINU_WORKERS"), (["IFINU_RATE": "nan"], "IFINU_RATE"),
      (["IFINU_RETRY_BASE": "5"], "IFINU_RETRY_BASE"), (["IFINU_LEASE": "30s"], "IFINU_SEND_TIMEOUT"),
      (["IFINU_REDIS_URL": "http://localhost"], "IFINU_REDIS_URL"),
      (["IFINU_EVOLUTION_URL": "ftp://localhost"], "IFINU_EVOLUTION_URL"),
      (["IFINU_EVOLUTION_INSTANCE": "a\nb"], "IFINU_EVOLUTION_INSTANCE"),
      (["IFINU_EVOLUTION_API_KEY_FILE": "/nowhere"], "IFINU_EVOLUTION_API_KEY_FILE"),
      (["IFINU_HTTP_ADDRESS": "9464"], "IFINU_HTTP_ADDRESS"), (["IFINU_LOG_LEVEL": "loud"], "IFINU_LOG_LEVEL"),
      (["IFINU_TEST_NUMBER": "123456"], "IFINU_TEST_NUMBER"),
      (["IFINU_EVOLUTION_INSTANCE": String(repeating: "x", count: 256)], "1 to 255 bytes"),
      (["IFINU_PORT": "9464"], "IFINU_PORT"), (["IFINU_EVOLUTION_CA_BUNDLE": "/dev/zero"], "IFINU_EVOLUTION_CA_BUNDLE"),
      (["IFINU_EVOLUTION_API_KEY_FILE": "/dev/zero"], "IFINU_EVOLUTION_API_KEY_FILE"),
      (["IFINU_EVOLUTION_CA_BUNDLE": "/etc"], "IFINU_EVOLUTION_CA_BUNDLE"),
      (["IFINU_EVOLUTION_API_KEY": "123456 x"], "IFINU_EVOLUTION_API_KEY"),
      (["IFINU_EVOLUTION_CA_BUNDLE": "/nowhere.pem"], "IFINU_EVOLUTION_CA_BUNDLE"),
      (["IFINU_QUIET_HOURS": "21h-8h"], "IFINU_QUIET_HOURS"), (["IFINU_TIME_ZONE": "../UTC"], "IFINU_TIME_ZONE"),
      (["TZDIR": "/nowhere"], "IFINU_TIME_ZONE (--time-zone) needs the time zone America/Sao_Paulo, which can't be"),
    ])
  func `a bad setting ends every command with one line that names it`(
    settings: [String: String], words: String
  ) async throws {
    for command in ["config", "worker"] {
      let outcome = try await Program.run([command], settings)
      #expect(outcome.end == .exited(78))
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("ifinu: ") && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.filter(\.isNewline).count == 1)
      #expect(!outcome.errors.contains("123456"))
    }
  }

  @Test(
    .hangLimit,
    arguments: [
      ["nonsense"], ["enqueue"], ["enqueue", "--lane", "expressa", "-"], ["enqueue", "--number", "11988880001"],
      ["loadtest", "0"], ["loadtest", "muitas"], ["worker", "--workes", "3"], ["sandbox", "--fail", "2"],
      ["dlq", "purge"], ["status", "--interval", "depois"], ["status", "--interval", "0s"],
      ["demo", "--messages", "0"],
      ["enqueue", "--number", "11988880001", "--text", "oi", "--format", "csv"],
      ["enqueue", "-", "--instance", ""], ["sandbox", "--address", "127.0.0.1:x"],
      ["sandbox", "--ack", "lida"], ["sandbox", "--fault", "nada=1"], ["sandbox", "--fault", "gateway=2"],
      ["sandbox", "--fault", "gateway=0.6", "--fail", "0.6"], ["sandbox", "--webhook-url", "ftp://loja"],
      ["enqueue", "--number", "11988880001", "--text", "oi", "--literal"], ["enqueue", "-", "--text", "Olá {nome"],
      ["enqueue", "-", "--column", "fone=Celular"],
      ["enqueue", "-", "--column", "telefone=a", "--column", "telefone=b"],
      ["enqueue", "-", "--text", "oi", "--column", "texto=a"], ["enqueue", "--text", "oi"],
    ])
  func `bad usage is told as such`(arguments: [String]) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.end == .exited(64))
    #expect(outcome.output.isEmpty && outcome.errors.contains("Usage:"), "\(outcome.errors)")
  }

  @Test(
    .hangLimit,
    arguments: [
      ["status", "--json"], ["enqueue", "--number", "11988880001", "--text", "oi"], ["enqueue", "-"], ["dlq", "list"],
      ["dlq", "purge", "--all"],
    ])
  func `a Redis that is away is something to try again`(arguments: [String]) async throws {
    // Port 1 is nobody's.
    let away = ["IFINU_REDIS_URL": "redis://:senha-do-redis@127.0.0.1:1/0"]
    let outcome = try await Program.run(
      arguments, input: #"{"id":"a","telefone":"11988880001","texto":"oi"}"#, away)
    #expect(outcome.end == .exited(75))
    #expect(outcome.output.isEmpty && outcome.errors.contains("IFINU_REDIS_URL"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("senha-do-redis"))
  }

  @Test(.hangLimit)
  func `a Redis that refuses is told with its reason`() async throws {
    try await withScene(redis: ["--requirepass", "senha-do-redis"]) { scene in
      let place = "127.0.0.1:\(scene.redis.port)/0"
      for (credentials, code) in [("", 1), (":senha-errada@", 1), (":senha-do-redis@", 0)] {
        let outcome = try await scene.run("dlq", "list", with: ["IFINU_REDIS_URL": "redis://\(credentials)\(place)"])
        #expect(outcome.end == .exited(Int32(code)), "\(outcome.errors)")
        #expect(code == 0 || outcome.errors.contains("IFINU_REDIS_URL"))
        #expect(!outcome.errors.contains("senha"))
      }
    }
  }

  @Test(.hangLimit)
  func `a port that is taken ends a worker with one line`() async throws {
    try await withScene { scene in
      let first = try await scene.startWorker()
      let outcome = try await scene.run("worker", with: ["IFINU_HTTP_ADDRESS": first.httpAddress])
      #expect(outcome.end == .exited(1))
      #expect(outcome.errors.filter(\.isNewline).count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("IFINU_HTTP_ADDRESS") && outcome.errors.contains(first.httpAddress))
    }
  }

  @Test(
    .hangLimit,
    arguments: [
      ["--help"], ["worker", "--help"], ["dlq", "list", "--help"], ["--version"],
    ])
  func `help is no error`(arguments: [String]) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.end == .exited(0))
    #expect(!outcome.output.isEmpty && outcome.errors.isEmpty)
  }

  @Test(.hangLimit)
  func `nothing that was asked for is bad usage, and the help says what there is`() async throws {
    let outcome = try await Program.run([])
    #expect(outcome.end == .exited(64))
    #expect(outcome.output.isEmpty && outcome.errors.contains("SUBCOMMANDS:"))
  }

  @Test(.hangLimit)
  func `variables of services named like the program are left alone`() async throws {
    let outcome = try await Program.run(
      ["config", "--json"],
      [
        "IFINU_WORKER_PORT": "tcp://10.0.0.1:9464", "IFINU_SERVICE_HOST": "10.0.0.1",
        "IFINU_WORKER_PORT_9464_TCP_ADDR": "10.0.0.1",
      ])
    #expect(outcome.end == .exited(0), "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
  }
}
