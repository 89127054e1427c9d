/// An instrument with the text of its lines, which is rendered once, when the series is born.
///
/// A sample's line is the same in both formats; an exemplar goes behind it in OpenMetrics only.
protocol Series: Sendable {
  associatedtype Instrument: AnyObject, Sendable
  var instrument: Instrument { get }

  /// Appends the lines of the series as they stand now.
  func write(_ format: ExpositionFormat, to output: inout [UInt8])
}

extension [UInt8] {
  /// All of a sample's line that comes before its value.
  static func linePrefix(_ name: String, pairs: [UInt8]) -> [UInt8] {
    Array(name.utf8) + (pairs.isEmpty ? [] : Array("{".utf8) + pairs + Array("}".utf8)) + Array(" ".utf8)
  }
}
