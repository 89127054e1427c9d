/// All series of one metric name.
protocol Family: Sendable {
  var name: FamilyName { get }
  var header: FamilyHeader { get }

  /// The family's entry in the catalogue.
  var description: FamilyDescription { get }

  /// Appends the lines of all series, sorted by their labels' values.
  func writeSeries(_ format: ExpositionFormat, to output: inout [UInt8])
}

extension Family {
  /// Appends the family, or nothing when it has no series to show.
  func write(_ format: ExpositionFormat, to output: inout [UInt8]) {
    let start = output.count
    output.append(contentsOf: header.bytes(format))
    let body = output.count
    writeSeries(format, to: &output)
    if output.count == body { output.removeSubrange(start...) }
  }
}

/// The HELP, TYPE and UNIT lines of a family, rendered once for each format.
struct FamilyHeader: Sendable {
  private let text: [UInt8]
  private let openMetrics: [UInt8]

  init(_ name: FamilyName, help: String) {
    var text: [UInt8] = []
    text.append(contentsOf: "# HELP \(name.text) ".utf8)
    text.append(escaped: help, quotes: false)
    text.append(contentsOf: "\n# TYPE \(name.text) \(name.kind.rawValue)\n".utf8)
    self.text = text

    var openMetrics: [UInt8] = []
    openMetrics.append(contentsOf: "# TYPE \(name.base) \(name.kind.rawValue)\n".utf8)
    if let unit = name.unit {
      openMetrics.append(contentsOf: "# UNIT \(name.base) \(unit)\n".utf8)
    }
    openMetrics.append(contentsOf: "# HELP \(name.base) ".utf8)
    openMetrics.append(escaped: help, quotes: true)
    openMetrics.append(UInt8(ascii: "\n"))
    self.openMetrics = openMetrics
  }

  func bytes(_ format: ExpositionFormat) -> [UInt8] {
    switch format {
    case .text: text
    case .openMetrics: openMetrics
    }
  }
}
