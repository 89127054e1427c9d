import Foundation
import Settings
import Telemetry
import TestSupport
import Testing

@testable import ifinu

/// What the documentation says is what the program does.
@Suite struct DocumentationTests {
  private let families: [FamilyDescription]

  init() throws {
    families = try WorkerRole.registryAtRest().catalogue()
  }

  @Test(arguments: ["docs/METRICS.md", "docs/CONFIGURATION.md"])
  func `the generated tables are what the program says`(path: String) throws {
    let page = try Self.text(path)
    let current = try #require(try GeneratedBlocks().replacing(in: page), "the page lacks a mark")
    #expect(current == page, "\(path) is stale: run `make docs`")
  }

  @Test func `the page of settings has a table for every section`() throws {
    let page = try Self.text("docs/CONFIGURATION.md")
    for section in Configuration.sections {
      #expect(page.contains(GeneratedBlocks.begin("settings: \(section.title)")))
    }
  }

  @Test func `both READMEs name settings that there are, with their defaults`() throws {
    let rows = try ["README.md", "README.pt-BR.md"].map { try Self.settings(of: Self.text($0)) }
    #expect(rows[0] == rows[1])
    #expect(rows[0].count > 5)
    for (name, value) in rows[0] {
      let setting = Configuration.settings.first { $0.name == name }
      #expect(setting?.defaultValue == value, "\(name)")
    }
  }

  @Test func `the Portuguese README is in step with the English one`() throws {
    let pages = try ["README.md", "README.pt-BR.md"].map { try Self.text($0).split(separator: "\n") }
    for mark in ["## ", "### ", "```", "    ", "| `"] {
      let counts = pages.map { page in page.count { $0.hasPrefix(mark) } }
      #expect(counts[0] == counts[1], "lines that begin with \"\(mark)\"")
    }
    let links = pages.map { page in
      Set(page.joined(separator: " ").matches(of: /\]\(([^)#]+)/).map { String($0.output.1) })
        .subtracting(["README.md", "README.pt-BR.md"])
    }
    #expect(links[0] == links[1])
  }

  @Test func `what is written by hand speaks of no series that is not there`() throws {
    let page = try Self.text("docs/METRICS.md")
    let names = Set(families.map(\.name))
    let known = names.union(families.filter { $0.kind == .histogram }.map { $0.name + "_bucket" })
    for match in page.matches(of: /\b(whatsapp|telemetry|http|redis|ifinu|process)_[a-z0-9_]+/) {
      let name = String(match.output.0)
      #expect(known.contains(name) || Self.noSeries.contains(name), "\(name)")
    }
  }

  @Test func `only what stands between marks is replaced`() {
    let blocks = GeneratedBlocks(texts: ["a": "A\n", "b": "B\n"])
    let page =
      "before\n\(GeneratedBlocks.begin("b"))\nold\n\(GeneratedBlocks.end)\nbetween\n"
      + "\(GeneratedBlocks.begin("a"))\n\(GeneratedBlocks.end)\nafter\n"
    let renewed = blocks.replacing(in: page)
    #expect(
      renewed == "before\n\(GeneratedBlocks.begin("b"))\n\nB\n\n\(GeneratedBlocks.end)\nbetween\n"
        + "\(GeneratedBlocks.begin("a"))\n\nA\n\n\(GeneratedBlocks.end)\nafter\n")
    #expect(renewed.flatMap(blocks.replacing) == renewed)
  }

  @Test(arguments: [
    "", GeneratedBlocks.begin("a"), GeneratedBlocks.end, GeneratedBlocks.end + GeneratedBlocks.begin("a"),
  ])
  func `a page without both marks in order is refused`(page: String) {
    #expect(GeneratedBlocks(texts: ["a": ""]).replacing(in: page) == nil)
  }

  @Test(.hangLimit)
  func `promlint finds nothing in any name, shown now or not`() async throws {
    let outcome = try await Self.promlint(families.map { ($0.name, $0.kind, $0.help, $0.labels) })
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)")
  }

  @Test(
    .hangLimit,
    arguments: [
      ("whatsapp_envios", FamilyKind.counter, "Sends."), ("whatsapp_envio_ms", .gauge, "Time."),
      ("whatsapp_dlq_count", .gauge, "Dead letters."), ("whatsapp_filaTamanho", .gauge, "Size."),
      ("whatsapp_envio_minutes", .gauge, "Time."), ("whatsapp:fila", .gauge, "Size."), ("whatsapp_fila", .gauge, ""),
    ])
  func `promlint would find a bad name`(name: String, kind: FamilyKind, help: String) async throws {
    let outcome = try await Self.promlint([(name, kind, help, [])])
    #expect(outcome.status != 0 && outcome.output.contains(name), "\(outcome.output)")
  }

  @Test func `no label could hold a person, a message or a tenant`() {
    let closed: Set = [
      "resultado", "motivo", "destino", "fila", "operacao", "estado", "rota", "codigo", "family", "version", "commit",
      "swift",
    ]
    for family in families { #expect(closed.isSuperset(of: family.labels), "\(family.name): \(family.labels)") }
  }

  @Test func `every meaning is a sentence`() {
    for family in families {
      #expect(family.help.hasSuffix(".") && family.help.first?.isLowercase == false, "\(family)")
    }
  }

  /// Names of the configuration and of examples, that are no series.
  private static let noSeries: Set = ["http_address"]

  private static func text(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The settings in a page's table, with their defaults: several of either may share a cell.
  private static func settings(of page: String) -> [String: String] {
    var settings: [String: String] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `IFINU_") {
      let cells = line.split(separator: "|").map { cell in
        cell.split(separator: ",").map { $0.filter { $0 != "`" && $0 != " " } }
      }
      guard cells.count >= 3 else { continue }
      for (name, value) in zip(cells[0], cells[1]) { settings[name] = value }
    }
    return settings
  }

  private static func promlint(
    _ families: [(name: String, kind: FamilyKind, help: String, labels: [String])]
  ) async throws -> (status: Int32, output: String) {
    let text = families.map { family in
      let help = family.help.isEmpty ? "" : "# HELP \(family.name) \(family.help)\n"
      let labels = family.labels.map { "\($0)=\"x\"" }
      let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
      let samples =
        family.kind == .histogram
        ? "\(family.name)_bucket{\((labels + ["le=\"+Inf\""]).joined(separator: ","))} 1\n"
          + "\(family.name)_sum\(braces) 1\n\(family.name)_count\(braces) 1\n"
        : "\(family.name)\(braces) 1\n"
      return "\(help)# TYPE \(family.name) \(family.kind.rawValue)\n\(samples)"
    }
    let promtool = try Tool.named(
      "promtool", "check", "metrics", missing: "promtool is missing: install Debian's package `prometheus`")
    let outcome = try await promtool.run(input: Array(text.joined().utf8))
    return (outcome.status, outcome.output)
  }
}
