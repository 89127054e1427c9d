/// The lines that open a family, rendered once for each format.
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
