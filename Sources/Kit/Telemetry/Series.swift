/// An instrument with the constant part of its lines, which is rendered once, when the series is made.
///
/// A sample's line is the same in both formats, but for the exemplar that OpenMetrics has at its end.
protocol Series: Sendable {
  associatedtype Instrument: AnyObject, Sendable
  var instrument: Instrument { get }

  /// Appends the lines of the series with their current values.
  func write(_ format: ExpositionFormat, to output: inout [UInt8])
}

/// An instrument with a single value.
protocol SingleValueInstrument: AnyObject, Sendable {
  var value: Double { get }
}

extension Counter: SingleValueInstrument {}
extension Gauge: SingleValueInstrument {}

/// A series of one line, left out while its value is not finite.
struct SingleValueSeries<Instrument: SingleValueInstrument>: Series {
  let instrument: Instrument
  private let prefix: [UInt8]

  init(_ instrument: Instrument, name: String, pairs: [UInt8]) {
    self.instrument = instrument
    prefix = .linePrefix(name, pairs: pairs)
  }

  func write(_ format: ExpositionFormat, to output: inout [UInt8]) {
    let value = instrument.value
    guard value.isFinite else { return }
    output.append(contentsOf: prefix)
    output.append(number: value)
    output.append(UInt8(ascii: "\n"))
  }
}
