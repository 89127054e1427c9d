/// Durations as people write them in a configuration: `300ms`, `30s`, `5m`, `1h30m`, `30d`.
public enum DurationText {
  private static let units: [(name: String, milliseconds: Int)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// Reads whole numbers with units, the larger first, each unit once.
  ///
  /// - Returns: nil for any other text, one without a unit included.
  public static func parse(_ text: String) -> Duration? {
    var rest = text[...]
    var total = 0
    var nextUnit = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let number = Int(digits), number <= 1_000_000_000,
        let unit = units[nextUnit...].firstIndex(where: { $0.name == name })
      else { return nil }
      total += number * units[unit].milliseconds
      nextUnit = unit + 1
    }
    return .milliseconds(total)
  }

  /// Writes a duration so that it can be read again; what is shorter than a millisecond is cut off.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    guard rest > 0 else { return "0s" }
    var text = ""
    for unit in units {
      let (number, remainder) = rest.quotientAndRemainder(dividingBy: unit.milliseconds)
      if number > 0 { text += "\(number)\(unit.name)" }
      rest = remainder
    }
    return text
  }
}

extension Duration {
  /// The length in seconds.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// The length in whole milliseconds, rounded up, so that nothing that waits for it happens before its time.
  public var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    let (milliseconds, overflow) = Int(seconds).multipliedReportingOverflow(by: 1000)
    guard !overflow else { return seconds < 0 ? Int.min / 2 : Int.max / 2 }
    return milliseconds + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
