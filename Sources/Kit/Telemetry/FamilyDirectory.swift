/// The families of a registry, sorted by name, and the names that are taken.
struct FamilyDirectory: Sendable {
  private(set) var families: [any Family] = []
  private var owners: [String: String] = [:]
  private var foldings: SeriesTable<SingleValueSeries<Counter>>?

  /// Adds a family, unless one of the names that its samples could have belongs to another.
  mutating func add(_ family: any Family) throws(MetricError) {
    try checkFree(family.name)
    for claim in family.name.claims { owners[claim] = family.name.text }
    let position = families.firstIndex { $0.name.text > family.name.text } ?? families.endIndex
    families.insert(family, at: position)
  }

  /// Throws when one of the names that samples of the family could have belongs to another.
  func checkFree(_ name: FamilyName) throws(MetricError) {
    for claim in name.claims {
      guard let owner = owners[claim] else { continue }
      guard owner != name.text else {
        throw MetricError(name.text, "it is registered already", fix: "register it once and hand the instrument on")
      }
      throw MetricError(
        name.text, "the name '\(claim)' belongs to samples of '\(owner)'", fix: "choose a name that shares none with it"
      )
    }
  }

  /// The counter of the requests that a family at its limit could not give a series of their own.
  mutating func foldings(of name: FamilyName) throws(MetricError) -> Counter {
    if let foldings { return try foldings.instrument([name.text]) }
    let own = try FamilyName("telemetry_series_folded_total", kind: .counter)
    let table = SeriesTable(
      own, help: "Series beyond the limit of their family that were folded into one or left out, each time.",
      labels: try LabelNames(["family"], metric: own.text), bound: .none
    ) {
      SingleValueSeries(Counter(), name: own.text, pairs: $0)
    }
    try add(table)
    foldings = table
    return try table.instrument([name.text])
  }
}
