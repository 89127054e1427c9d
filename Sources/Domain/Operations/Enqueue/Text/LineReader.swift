/// The lines of a file of any size, one after the other, in bounded memory.
struct LineReader {
  /// One line, without its end.
  enum Line: Equatable {
    case text([UInt8])
    /// Longer than the bound: its content was skipped.
    case tooLong
  }

  private let next: () throws(SourceError) -> [UInt8]
  private let maximumLength: Int
  private let end: UInt8
  private var buffer: [UInt8] = []
  private var position = 0
  /// Up to where there is no line's end: what has been looked through is not looked through again.
  private var searched = 0
  private var isAtEnd = false

  /// The lines of what a closure gives piece by piece; an empty piece is the end.
  ///
  /// - Parameters:
  ///   - maximumLength: what is longer, in bytes, is skipped.
  ///   - end: what ends a line: a line feed, also behind a carriage return, or a carriage return alone.
  ///   - next: the next piece.
  init(
    maximumLength: Int, end: UInt8 = UInt8(ascii: "\n"), next: @escaping () throws(SourceError) -> [UInt8]
  ) {
    self.maximumLength = maximumLength
    self.end = end
    self.next = next
  }

  /// The next line; nil at the end.
  ///
  /// - Throws: `SourceError` when reading fails.
  mutating func line() throws(SourceError) -> Line? {
    var isTooLong = false
    while true {
      if let end = buffer.span.firstIndex(of: self.end, from: max(position, searched)) {
        let line = buffer[position..<end]
        position = end + 1
        return isTooLong || line.count > maximumLength ? .tooLong : .text(Self.withoutReturn(line))
      }
      if isAtEnd {
        let rest = buffer[position...]
        buffer = []
        position = 0
        searched = 0
        if isTooLong { return .tooLong }
        return rest.isEmpty ? nil : rest.count > maximumLength ? .tooLong : .text(Self.withoutReturn(rest))
      }
      if buffer.count - position > maximumLength {
        isTooLong = true
        position = buffer.count
      }
      searched = buffer.count
      try fill()
    }
  }

  private mutating func fill() throws(SourceError) {
    buffer.removeFirst(position)
    searched -= position
    position = 0
    let piece = try next()
    isAtEnd = piece.isEmpty
    buffer.append(contentsOf: piece)
  }

  private static func withoutReturn(_ line: ArraySlice<UInt8>) -> [UInt8] {
    Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
