import Foundation
import Telemetry
import TestSupport
import Testing

@testable import ifinu

/// The series of a worker, as they are registered and as they are documented.
@Suite struct MetricsCatalogueTests {
  private let families: [FamilyDescription]

  init() throws {
    families = try WorkerRole.registryAtRest().catalogue()
  }

  @Test func `the documentation is what the registry says`() throws {
    let page = try String(contentsOf: Self.page, encoding: .utf8)
    let current = try #require(MetricsCatalogue(of: families).replacing(in: page), "the page lacks a mark")
    #expect(current == page, "docs/METRICS.md is stale: run `make docs`")
  }

  @Test func `what is written by hand speaks of no series that is not there`() throws {
    let page = try String(contentsOf: Self.page, encoding: .utf8)
    let names = Set(families.map(\.name))
    let known = names.union(families.filter { $0.kind == .histogram }.map { $0.name + "_bucket" })
    for match in page.matches(of: /\b(whatsapp|telemetry|http|redis|ifinu|process)_[a-z0-9_]+/) {
      let name = String(match.output.0)
      #expect(known.contains(name) || Self.noSeries.contains(name), "\(name)")
    }
  }

  @Test func `only the part between the marks is replaced`() {
    let catalogue = MetricsCatalogue(of: [])
    let page = "before\n\(MetricsCatalogue.begin)\nold\n\(MetricsCatalogue.end)\nafter\n"
    let renewed = catalogue.replacing(in: page)
    #expect(renewed?.hasPrefix("before\n\(MetricsCatalogue.begin)\n") == true)
    #expect(renewed?.hasSuffix("\(MetricsCatalogue.end)\nafter\n") == true)
    #expect(renewed?.contains("old") == false)
    #expect(renewed.flatMap(catalogue.replacing) == renewed)
  }

  @Test(arguments: ["", MetricsCatalogue.begin, MetricsCatalogue.end, MetricsCatalogue.end + MetricsCatalogue.begin])
  func `a page without both marks in order is refused`(page: String) {
    #expect(MetricsCatalogue(of: []).replacing(in: page) == nil)
  }

  /// `promtool check metrics` lints what it reads: HELP, units, suffixes, types in names, camelCase, abbreviations.
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

  private static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../docs/METRICS.md")

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
