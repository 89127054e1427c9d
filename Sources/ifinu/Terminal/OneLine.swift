extension String {
  /// The text with a space for every line break and control character, so that it can neither begin a line of its own
  /// nor command a terminal.
  var onOneLine: String {
    // By scalars: as characters, a carriage return and a line feed are one that is neither.
    guard unicodeScalars.contains(where: Self.isControl) else { return self }
    var line = String.UnicodeScalarView()
    for scalar in unicodeScalars { line.append(Self.isControl(scalar) ? " " : scalar) }
    return String(line)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
