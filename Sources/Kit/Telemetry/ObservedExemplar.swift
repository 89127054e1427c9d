/// An exemplar with the finite value that was observed.
struct ObservedExemplar: Sendable {
  private let exemplar: Exemplar
  private let value: Double

  init(_ exemplar: Exemplar, value: Double) {
    self.exemplar = exemplar
    self.value = value
  }

  /// Appends what stands behind a bucket's count.
  func write(to output: inout [UInt8]) {
    output.append(contentsOf: " # {".utf8)
    for (index, label) in exemplar.labels.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      output.append(contentsOf: label.name.utf8)
      output.append(contentsOf: "=\"".utf8)
      output.append(escaped: label.value, quotes: true)
      output.append(UInt8(ascii: "\""))
    }
    output.append(contentsOf: "} ".utf8)
    output.append(number: value)
    guard let time = exemplar.unixTime else { return }
    output.append(UInt8(ascii: " "))
    output.append(number: time)
  }
}
