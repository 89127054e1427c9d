/// Makes valid names of those that other packages give their metrics.
enum SanitizedName {
  /// Words that name a type or that the formats reserve, when a name ends in them.
  private static let reservedEndings: Set<Substring> = [
    "total", "count", "sum", "bucket", "created", "counter", "gauge", "histogram", "summary", "timer",
  ]

  /// Units that a timer's name may end in. Its values are nanoseconds whatever the name says.
  private static let timeUnits: Set<Substring> = [
    "seconds", "second", "secs", "sec", "s", "milliseconds", "millis", "ms", "microseconds", "micros", "us",
    "nanoseconds", "nanos", "ns",
  ]

  /// A name in lower case, its words joined by underscores, without an ending that would mislead.
  static func metric(_ label: String) -> String {
    joined(words(label, without: reservedEndings))
  }

  /// The name of a counter.
  static func counter(_ label: String) -> String {
    metric(label) + "_total"
  }

  /// The name of a timer.
  static func timer(_ label: String) -> String {
    joined(words(label, without: reservedEndings.union(timeUnits))) + "_seconds"
  }

  /// The name of a label, whose case is kept.
  static func label(_ name: String) -> String {
    joined(underscored(name).split(separator: "_"))
  }

  private static func words(_ label: String, without endings: Set<Substring>) -> [Substring] {
    var words = snakeCased(underscored(label)).split(separator: "_")
    while words.count > 1, let last = words.last, endings.contains(last) { words.removeLast() }
    return words
  }

  private static func joined(_ words: [Substring]) -> String {
    let name = words.joined(separator: "_")
    guard let first = name.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return name }
    return "_" + name
  }

  private static func underscored(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  private static func snakeCased(_ text: String) -> String {
    var result = ""
    var followsWord = false
    for character in text {
      if character.isUppercase, followsWord { result.append("_") }
      followsWord = character.isLowercase || character.isNumber
      result += character.lowercased()
    }
    return result
  }
}
