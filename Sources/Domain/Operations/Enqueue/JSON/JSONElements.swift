/// The values of a JSON array, or of JSON texts one behind the other, cut out of a stream in bounded memory.
///
/// Only brackets and quotes are looked at; whether a value is valid is for others to find.
struct JSONElements {
  /// What was found.
  enum Element: Equatable {
    case value([UInt8])
    /// Longer than the bound: its content was skipped.
    case tooLong
    /// The rest can't be read.
    case broken(String)
  }

  private enum Expected {
    case start, firstValue, value, separator, nothing
  }

  private let isArray: Bool
  private let maximumLength: Int
  private let lineEnd: UInt8
  private let next: () throws(SourceError) -> [UInt8]
  private var piece: [UInt8] = []
  private var position = 0
  private var expected: Expected
  private var lineNumber = 1
  /// The line on which the last element starts, from 1 on.
  private(set) var line = 1

  /// The values of what a closure gives piece by piece; an empty piece is the end.
  ///
  /// - Parameters:
  ///   - isArray: whether it is one array, and not one text behind the other.
  ///   - maximumLength: what is longer, in bytes, is skipped.
  ///   - lineEnd: what ends lines, for their numbers.
  ///   - next: the next piece.
  init(
    isArray: Bool, maximumLength: Int, lineEnd: UInt8 = UInt8(ascii: "\n"),
    next: @escaping () throws(SourceError) -> [UInt8]
  ) {
    self.isArray = isArray
    self.maximumLength = maximumLength
    self.lineEnd = lineEnd
    self.next = next
    expected = isArray ? .start : .value
  }

  /// The next element; nil at the end.
  ///
  /// - Throws: `SourceError` when reading fails.
  mutating func element() throws(SourceError) -> Element? {
    while let byte = try nextVisible() {
      line = lineNumber
      switch (expected, byte) {
      case (.start, UInt8(ascii: "[")): expected = .firstValue
      case (.separator, UInt8(ascii: ",")): expected = .value
      case (.separator, UInt8(ascii: "]")), (.firstValue, UInt8(ascii: "]")): expected = .nothing
      case (.firstValue, _), (.value, _):
        guard byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}") else {
          return broken("a value is missing")
        }
        return try value()
      case (.start, _): return broken("a [ is missing")
      case (.separator, _): return broken("a comma or ] is missing")
      case (.nothing, _): return broken("there is text after the end")
      }
      position += 1
    }
    line = lineNumber
    let isWhole = expected == .nothing || !isArray
    return isWhole ? nil : broken("the array does not end")
  }

  private mutating func broken(_ problem: String) -> Element {
    // So that the end is all that is found from here on.
    expected = .nothing
    piece = []
    position = 0
    isOver = true
    return .broken(problem)
  }

  private var isOver = false

  /// The next byte that is no white space; it stays where it is.
  private mutating func nextVisible() throws(SourceError) -> UInt8? {
    while true {
      while position < piece.count {
        let byte = piece[position]
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D: if byte == lineEnd { lineNumber += 1 }
        default: return byte
        }
        position += 1
      }
      guard try fill() else { return nil }
    }
  }

  private mutating func fill() throws(SourceError) -> Bool {
    guard !isOver else { return false }
    piece = try next()
    position = 0
    isOver = piece.isEmpty
    return !isOver
  }

  /// The value that starts here.
  private mutating func value() throws(SourceError) -> Element {
    var bytes: [UInt8] = []
    var length = 0
    var scanner = Scanner()
    while true {
      let start = position
      while position < piece.count, scanner.goesOn(with: piece[position]) { position += 1 }
      let run = piece[start..<position]
      lineNumber += run.count { $0 == lineEnd }
      length += run.count
      if length <= maximumLength { bytes += run } else { bytes = [] }
      guard position == piece.count, try fill() else { break }
    }
    expected = isArray ? .separator : .value
    guard scanner.isWhole else { return broken("a value does not end") }
    return length > maximumLength ? .tooLong : .value(bytes)
  }

  /// Finds the end of a value.
  private struct Scanner {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isClosed = false

    /// Whether the value may end here.
    var isWhole: Bool { depth == 0 && !isInString }

    /// Whether a byte belongs to the value.
    mutating func goesOn(with byte: UInt8) -> Bool {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
          isClosed = depth == 0
        }
        return true
      }
      if isClosed { return false }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { return false }
        depth -= 1
        isClosed = depth == 0
      case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D: return depth > 0
      default: break
      }
      return true
    }
  }
}
