import Telemetry

/// The part of docs/METRICS.md that tells what the registry knows: names, types, labels, units, meanings, buckets.
struct MetricsCatalogue {
  /// The lines between which the page is written by the program.
  static let begin = "<!-- begin: written by `make docs` from the registry; edits are lost -->"
  static let end = "<!-- end: written by `make docs` -->"

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

  /// A page with what stands between its marks replaced.
  ///
  /// - Returns: nil when the page lacks a mark.
  func replacing(in page: String) -> String? {
    guard let begin = page.firstRange(of: Self.begin), let end = page[begin.upperBound...].firstRange(of: Self.end)
    else {
      return nil
    }
    return page[..<begin.upperBound] + "\n\n" + markdown + "\n" + page[end.lowerBound...]
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
