import Delivery
import EvolutionAPI
import Foundation
import Settings
import Testing

@testable import ifinu

@Suite struct SettingValuesTests {
  @Test func `a flag wins over the environment, and that over a file and the default`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("key-\(UUID().uuidString)")
    try Data("do-arquivo \n\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var environment = ["IFINU_EVOLUTION_API_KEY_FILE": file.path, "IFINU_BURST": ""]
    var values = try SettingValues(
      of: Configuration.settings, flags: [:], environment: environment, defaults: [.logLevel: "warning"])
    #expect(values[.evolutionAPIKey]?.text == "do-arquivo" && values[.evolutionAPIKey]?.source == .file)
    #expect(values[.burst]?.text == "100" && values[.burst]?.source == .builtIn)
    #expect(values.text(.logLevel) == "warning")
    #expect(values.text(.evolutionInstance) == nil)

    environment["IFINU_EVOLUTION_API_KEY"] = "do-ambiente"
    values = try SettingValues(of: Configuration.settings, flags: [:], environment: environment)
    #expect(values[.evolutionAPIKey]?.text == "do-ambiente" && values[.evolutionAPIKey]?.source == .environment)
    values = try SettingValues(
      of: Configuration.settings, flags: [.evolutionAPIKey: "da-linha"], environment: environment)
    #expect(values[.evolutionAPIKey]?.text == "da-linha" && values[.evolutionAPIKey]?.source == .flag)
  }

  @Test(arguments: [
    ("IFINU_WORKER", "IFINU_WORKERS"), ("IFINU_REDIS", "IFINU_REDIS_URL"), ("IFINU_DLQMAX_AGE", "IFINU_DLQ_MAX_AGE"),
    ("IFINU_WORKERS_FILE", "IFINU_WORKERS"), ("IFINU_EVOLUTION_KEY", "IFINU_EVOLUTION_API_KEY"),
    ("IFINU_RATE_LIMIT", "IFINU_RATE"), ("IFINU_LOGLEVEL", "IFINU_LOG_LEVEL"),
  ])
  func `a variable that nothing reads is refused, and the nearest one named`(name: String, nearest: String) throws {
    let error = try #require(throws: SettingError.self) {
      try SettingValues(of: Configuration.settings, flags: [:], environment: [name: "1", "PATH": "/bin"])
    }
    #expect(error.message.contains("\(name) is not") && error.message.contains("did you mean \(nearest)?"))
    #expect(error.exitCode == 78)
  }

  @Test func `a file that is empty or can't be read is told by its variable`() throws {
    for (path, words) in [("/nowhere/key", "can't be read"), ("/dev/null", "empty")] {
      let error = try #require(throws: SettingError.self) {
        try SettingValues(of: Configuration.settings, flags: [:], environment: ["IFINU_EVOLUTION_API_KEY_FILE": path])
      }
      #expect(error.message.hasPrefix("IFINU_EVOLUTION_API_KEY_FILE names") && error.message.contains(words))
    }
  }

  @Test func `every setting has a flag and a variable of its own`() {
    #expect(Set(Configuration.settings.map(\.flag)).count == Configuration.settings.count)
    for setting in Configuration.settings {
      #expect(setting.flag.allSatisfy { $0.isLowercase || $0 == "-" })
      #expect(!setting.help.isEmpty)
    }
  }
}
