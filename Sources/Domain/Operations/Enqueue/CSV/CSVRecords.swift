internal import Messaging

/// The records of a CSV text with the lines on which they start.
struct CSVRecords {
  /// What stands on a line, and those that belong to it.
  enum Item {
    case record(CSVRecord)
    /// A line over 1 MiB.
    case tooLong
    /// A quote that is not closed within what a message may have.
    case openQuote
  }

  /// Over how many lines a quoted field may go: with quotes that never close, as many are read again for each line.
  private static let maximumLinesOfRecord = 500

  /// What separates fields; nil when there is only one.
  var separator: UInt8?
  /// The line on which the last item starts, from 1 on.
  private(set) var line = 0
  private var lines: LineReader
  private var lineNumber = 0
  /// Lines to be read again: those that a quote which never closed had taken in.
  private var givenBack: ArraySlice<LineReader.Line> = []

  /// The records of a text's lines.
  init(_ lines: LineReader) { self.lines = lines }

  /// The first line that is not blank, which stays to be read; nil when there is none, or it is too long.
  ///
  /// - Throws: `SourceError` when reading fails.
  mutating func firstLine() throws(SourceError) -> [UInt8]? {
    while let line = try nextLine() {
      if case .text(let bytes) = line, Self.isBlank(bytes) { continue }
      lineNumber -= 1
      givenBack = [line] + givenBack
      guard case .text(let bytes) = line else { return nil }
      return bytes
    }
    return nil
  }

  /// Passes over a line.
  ///
  /// - Throws: `SourceError` when reading fails.
  mutating func skipLine() throws(SourceError) { _ = try nextLine() }

  /// The next item; nil at the end.
  ///
  /// - Throws: `SourceError` when reading fails.
  mutating func next() throws(SourceError) -> Item? {
    while let next = try nextLine() {
      line = lineNumber
      guard case .text(let bytes) = next else { return .tooLong }
      if Self.isBlank(bytes) { continue }
      return try record(startingWith: bytes)
    }
    return nil
  }

  private static func isBlank(_ line: [UInt8]) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  private mutating func nextLine() throws(SourceError) -> LineReader.Line? {
    var next = givenBack.popFirst()
    if next == nil { next = try lines.line() }
    if next != nil { lineNumber += 1 }
    return next
  }

  /// The record, or that its quote stays open: the lines after its first are then read again, as records of their own.
  private mutating func record(startingWith first: [UInt8]) throws(SourceError) -> Item {
    let start = lineNumber
    var record = CSVRecord(separator: separator)
    var taken: [LineReader.Line] = []
    record.append(first)
    while record.isOpen {
      guard record.size <= Message.maximumPayloadBytes, taken.count < Self.maximumLinesOfRecord,
        let line = try nextLine()
      else { break }
      taken.append(line)
      guard case .text(let more) = line else { break }
      record.append(more)
    }
    guard record.isOpen else { return .record(record) }
    givenBack = taken + givenBack
    lineNumber = start
    return .openQuote
  }
}
