import EvolutionSandbox
import Foundation
import JSON
import Messaging
import TestSupport
import Testing

/// `ifinu config` and `ifinu doctor`
@Suite struct ConfigCommandTests {
  @Test(.hangLimit)
  func `config shows what is in force and where it comes from, secrets masked`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("config-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let key = folder.appendingPathComponent("key")
    try Data("\(Scene.apiKey)\n".utf8).write(to: key)
    let settings = [
      "IFINU_WORKERS": "5", "IFINU_RATE": "7.5", "IFINU_EVOLUTION_API_KEY_FILE": key.path,
      "IFINU_REDIS_URL": "redis://ana:senha-do-redis@10.0.0.1:6380/2", "IFINU_TEST_NUMBER": Messages.number(1),
    ]
    let outcome = try await Program.run(["config", "--json", "--workers", "7"], settings)
    #expect(outcome.end == .exited(0), "\(outcome.errors)")
    let rows = try JSONDocument(parsing: Array(outcome.output.utf8)).root.elements
    func shown(_ name: String) -> [String?] {
      let row = rows.first { $0["name"]?.string == name }
      return [row?["value"]?.string, row?["source"]?.string]
    }
    #expect(shown("IFINU_WORKERS") == ["7", "flag"])
    #expect(shown("IFINU_RATE") == ["7.5", "environment"])
    #expect(shown("IFINU_BURST") == ["100", "default"])
    #expect(shown("IFINU_EVOLUTION_API_KEY") == ["***", "file"])
    #expect(shown("IFINU_EVOLUTION_INSTANCE") == [nil, nil])
    #expect(shown("IFINU_TEST_NUMBER") == ["5511*****0001", "environment"])

    let table = try await Program.run(["config"], settings)
    #expect(table.output.hasPrefix("VARIABLE"))
    for secret in [Scene.apiKey, "senha-do-redis", Messages.commonDigits] {
      #expect(!outcome.output.contains(secret) && !table.output.contains(secret))
    }
  }

  @Test(.hangLimit)
  func `the doctor finds nothing wrong where nothing is`() async throws {
    let settings = ["IFINU_INSTANCE_CONCURRENCY": "1"]
    try await withScene(redis: ["--appendonly", "yes"], settings, sandbox: { $0.instances = ["loja"] }) { scene in
      let outcome = try await scene.run("doctor", "--json")
      #expect(outcome.end == .exited(0), "\(outcome.output)")
      let findings = try JSONDocument(parsing: Array(outcome.output.utf8)).root.elements
      #expect(findings.count >= 5 && findings.allSatisfy { $0["status"]?.string == "ok" }, "\(outcome.output)")
    }
  }

  @Test(.hangLimit)
  func `the doctor warns of many workers on one number and of instances that stand still`() async throws {
    try await withScene(redis: ["--appendonly", "yes"], sandbox: { $0.instances = ["loja"] }) { scene in
      let messages = Messages(2, on: "filial")
      try await scene.enqueue(messages)
      _ = try await scene.run("instances", "pause", "filial")
      _ = try await scene.startWorker()
      try await eventually("what waits for the paused instance", every: .milliseconds(20)) {
        let outcome = try await scene.run("doctor", "--json")
        guard outcome.end == .exited(0) else { return false }
        let remarks = try JSONDocument(parsing: Array(outcome.output.utf8)).root.elements.filter {
          $0["status"]?.string == "warning" && $0["subject"]?.string != "HTTP address"
        }
        guard remarks.count == 2 else { return false }
        return remarks[0]["seen"]?.string == "2 messages waiting for 1 paused instance"
          && remarks[1]["subject"]?.string == "sends at once"
          && remarks[1]["fix"]?.string?.contains("IFINU_INSTANCE_CONCURRENCY=1") == true
      }
    }
  }

  @Test(.hangLimit)
  func `the doctor says what is away or wrong, and the fix`() async throws {
    try await withScene(["IFINU_INSTANCE_CONCURRENCY": "1"], sandbox: { $0.instances = ["outra"] }) { scene in
      try await scene.spoil(.low)
      let odd = try await scene.run("doctor", "--json")
      #expect(odd.end == .exited(1))
      let remarks = try JSONDocument(parsing: Array(odd.output.utf8)).root.elements.filter {
        $0["status"]?.string != "ok"
      }
      #expect(remarks.compactMap { $0["subject"]?.string } == ["Redis", "queue", "instance loja"])
      #expect(remarks[0]["fix"]?.string == "set appendonly yes")
      #expect(remarks[1]["seen"]?.string?.contains("the key ifinu:fila:baixa holds a string") == true)

      await scene.redis.kill()
      let outcome = try await scene.run("doctor", "--json")
      #expect(outcome.end == .exited(1))
      let findings = try JSONDocument(parsing: Array(outcome.output.utf8)).root.elements
      let bad = findings.filter { $0["status"]?.string == "error" }
      #expect(bad.compactMap { $0["subject"]?.string } == ["Redis", "instance loja"])
      #expect(bad.allSatisfy { $0["fix"]?.string?.isEmpty == false })

      let wrongKey = try await scene.run("doctor", with: ["IFINU_EVOLUTION_API_KEY": "chave-errada"])
      #expect(wrongKey.end == .exited(1) && wrongKey.output.contains("API key"))
      #expect(!wrongKey.output.contains("chave-errada") && !wrongKey.output.contains("\u{1B}"))
    }
  }
}
