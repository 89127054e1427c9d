import Telemetry

/// The part of docs/METRICS.md that tells what the registry knows: names, types, labels, units, meanings, buckets.
struct MetricsCatalogue {
  private let families: [FamilyDescription]

  init(of families: [FamilyDescription]) {
    self.families = families
  }

  /// Two tables in Markdown: all families, and the buckets of the histograms among them.
  var markdown: String {
    let histograms = families.filter { !$0.buckets.isEmpty }
    let all = ["| series | type | labels | unit | meaning |", "|---|---|---|---|---|"] + families.map(row)
    let buckets = ["| histogram | upper bounds |", "|---|---|"] + histograms.map(bucketRow)
    return (all + [""] + buckets).map { $0 + "\n" }.joined()
  }

  private func row(_ family: FamilyDescription) -> String {
    let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
    let cells = [
      "`\(family.name)`", family.kind.rawValue, labels.isEmpty ? "–" : labels, family.unit ?? "–",
      family.help.replacing("|", with: "\\|"),
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }

  private func bucketRow(_ family: FamilyDescription) -> String {
    "| `\(family.name)` | \(family.buckets.map(shortest).joined(separator: " ")) |"
  }

  private func shortest(_ bound: Double) -> String {
    Int(exactly: bound).map(String.init) ?? String(bound)
  }
}
