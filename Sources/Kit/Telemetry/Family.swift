/// All series of one name.
protocol Family: Sendable {
  var name: FamilyName { get }
  var header: FamilyHeader { get }

  /// What the family's catalogue entry says.
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
