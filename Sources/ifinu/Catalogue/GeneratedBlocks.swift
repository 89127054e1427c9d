import Settings
import Telemetry

/// The parts of the documentation that the program writes: tables between marks in a page.
struct GeneratedBlocks {
  /// The blocks' texts by their names.
  let texts: [String: String]

  /// The metrics of a worker, and a table of settings for each section, `settings: Queue`.
  ///
  /// - Throws: `MetricError` when two series have one name.
  init() throws(MetricError) {
    var texts = ["metrics": MetricsCatalogue(of: try WorkerRole.registryAtRest().catalogue()).markdown]
    for section in Configuration.sections { texts["settings: \(section.title)"] = section.markdown }
    self.init(texts: texts)
  }

  /// These blocks.
  init(texts: [String: String]) { self.texts = texts }

  /// The line that a block stands behind.
  static func begin(_ name: String) -> String { "<!-- begin \(name); written by `make docs`, edits are lost -->" }
  /// The line that a block ends with.
  static let end = "<!-- end; written by `make docs` -->"

  /// A page with its blocks brought up to date.
  ///
  /// - Returns: nil when the page has no block, or one that does not end.
  func replacing(in page: String) -> String? {
    var result = ""
    var rest = page[...]
    while let mark = nextMark(in: rest) {
      guard let end = rest[mark.range.upperBound...].firstRange(of: Self.end) else { return nil }
      result += rest[..<mark.range.upperBound] + "\n\n" + (texts[mark.name] ?? "") + "\n" + Self.end
      rest = rest[end.upperBound...]
    }
    return result.isEmpty ? nil : result + rest
  }

  private func nextMark(in page: Substring) -> (name: String, range: Range<String.Index>)? {
    texts.keys.compactMap { name in page.firstRange(of: Self.begin(name)).map { (name, $0) } }
      .min { $0.1.lowerBound < $1.1.lowerBound }
  }
}
