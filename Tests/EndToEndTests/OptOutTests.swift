import Foundation
import JSON
import TestSupport
import Testing

/// `ifinu optout`
@Suite struct OptOutTests {
  private static let tenant = "3f1c8e0a-5b7d-4c2e-9a61-2f0d8b6c4e11"

  private func json(_ outcome: Program.Outcome, end code: Int32 = 0) throws -> JSONView {
    #expect(outcome.end == .exited(code), "\(outcome.errors)")
    return try JSONDocument(parsing: Array(outcome.output.utf8)).root
  }

  @Test(.hangLimit)
  func `numbers are added, found in either form, listed and removed`() async throws {
    try await withScene { scene in
      #expect(try await scene.run("optout", "add", "11 98888-7777", "(11) 3333-4444").output == "2 numbers added\n")
      #expect(try await json(scene.run("optout", "add", "--json", "551188887777"))["added"]?.integer == 0)

      let checked = try await json(scene.run("optout", "check", "--json", "551188887777", "21 98888-7777")).elements
      #expect(checked.map { $0["opted_out"]?.boolean } == [true, false])
      #expect(checked.first?["number"]?.string == "5511****7777")
      let table = try await scene.run("optout", "check", "5511988887777")
      #expect(table.end == .exited(0) && table.output.contains("5511*****7777  of all messages"), "\(table.output)")

      let masked = try await scene.run("optout", "list")
      #expect(Set(masked.output.split(separator: "\n")) == ["5511*****7777", "5511****4444"])
      let whole = try await json(scene.run("optout", "list", "--show-numbers", "--json"))
      #expect(Set(whole["numbers"]?.elements.compactMap(\.string) ?? []) == ["5511988887777", "551133334444"])
      #expect(whole["total"]?.integer == 2 && whole["cursor"]?.kind == .null)

      #expect(try await scene.run("optout", "remove", "551188887777").output == "1 number removed\n")
      #expect(try await json(scene.run("optout", "remove", "--json", "551188887777"))["removed"]?.integer == 0)
      #expect(try await scene.run("optout", "remove", "1133334444").output == "1 number removed\n")
      let empty = try await scene.run("optout", "list")
      #expect(empty.end == .exited(0) && empty.output.isEmpty && empty.errors == "nobody has opted out\n")
    }
  }

  @Test(.hangLimit)
  func `a tenant's list counts beside everybody's`() async throws {
    try await withScene { scene in
      _ = try await scene.run("optout", "add", "11988887777")
      _ = try await scene.run("optout", "add", "--tenant", Self.tenant.uppercased(), "21988887777")
      let checked = try await json(
        scene.run("optout", "check", "--json", "--tenant", Self.tenant, "11988887777", "21988887777", "31988887777")
      ).elements
      #expect(checked.map { $0["opted_out"]?.boolean } == [true, true, false])
      #expect(checked.map { $0["of_tenant"]?.boolean } == [false, true, false])
      let others = try await json(scene.run("optout", "check", "--json", "21988887777")).elements
      #expect(others.map { $0["opted_out"]?.boolean } == [false])
      #expect(try await scene.run("optout", "list", "--tenant", Self.tenant).output == "5521*****7777\n")
    }
  }

  @Test(.hangLimit)
  func `files are imported, and lines that hold no number are named`() async throws {
    try await withScene { scene in
      let text = "Nome;Celular;Observação\nAna;(11) 98888-7777;não\nBia;988887777;\nCé;551188887777;\n"
      let bytes = try #require(text.data(using: .windowsCP1252))
      let file = try await scene.run("optout", "import", scene.file("saidas.csv", bytes: bytes))
      #expect(file.end == .exited(1))
      #expect(file.output == "1 number added, 1 already there, 1 line refused\n")
      #expect(file.errors.contains("line 3: telefone: has no area code"), "\(file.errors)")

      let lines = (0..<9_000).map { "119\(70_000_000 + $0)\n" }.joined()
      let piped = try await scene.run("optout", "import", "-", "--tenant", Self.tenant, "--json", input: lines)
      let report = try json(piped)
      #expect(report["added"]?.integer == 9_000 && report["refused"]?.integer == 0)

      let page = try await json(scene.run("optout", "list", "--tenant", Self.tenant, "--limit", "20", "--json"))
      let shown = (page["numbers"]?.elements ?? []).compactMap(\.string)
      #expect((20..<2_000).contains(shown.count) && shown.allSatisfy { $0.contains("*****") })
      let cursor = try #require(page["cursor"]?.string)
      let rest = try await json(
        scene.run(
          "optout", "list", "--tenant", Self.tenant, "--limit", "100000", "--cursor", cursor, "--show-numbers", "--json"
        ))
      #expect((rest["numbers"]?.elements.count ?? 0) + shown.count >= 9_000)

      let named = try await scene.run(
        "optout", "import", "-", "--column", "telefone=Contato", input: "Contato\n31 98888-7777\n")
      #expect(named.output == "1 number added, 0 already there, 0 lines refused\n", "\(named.errors)")
    }
  }

  @Test(
    .hangLimit,
    arguments: [
      (["add", "988887777"], 1, "has no area code"),
      (["add", "11988887777", "0800 123 4567"], 1, "number 2 is a service"),
      (["check", "x"], 1, "the number"), (["import", "/nowhere/numeros.txt"], 1, "can't be read"),
      (["add"], 64, "Usage:"), (["add", "11988887777", "--tenant", "loja"], 64, "--tenant takes a UUID"),
      (["list", "--tenant", "00000000-0000-0000-0000-000000000000"], 64, "--tenant takes a UUID"),
      (["list", "--limit", "0"], 64, "--limit"), (["list", "--cursor", "x"], 64, "--cursor"),
      (["import", "-", "--column", "texto=a"], 64, "--column"), (["list"], 75, "IFINU_REDIS_URL"),
      (["add", "11988887777"], 75, "IFINU_REDIS_URL"), (["import", "-"], 75, "0 numbers added before"),
    ])
  func `what can't be done is told with its code`(arguments: [String], code: Int32, words: String) async throws {
    // Port 1 is nobody's.
    let outcome = try await Program.run(
      ["optout"] + arguments, input: "11988887777\n", ["IFINU_REDIS_URL": "redis://127.0.0.1:1/0"])
    #expect(outcome.end == .exited(code))
    #expect(outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome.errors)")
    #expect(!outcome.errors.contains("88887777"))
  }
}
