/// A file's text in UTF-8, piece by piece, whatever it is written in.
final class SourceText {
  private static let headLength = 512

  private let next: () throws(SourceError) -> [UInt8]
  private var transcoder = Transcoder(.ascii)
  /// Decoded, and not given out yet.
  private var ahead: [UInt8] = []
  private var isAtEnd = false
  /// How many bytes of the file have been read.
  private(set) var bytesRead = 0
  /// What is wrong with a file that is no text.
  private(set) var problem: String?

  /// The text of what a closure gives piece by piece; an empty piece is the end.
  ///
  /// - Throws: `SourceError` when reading fails.
  init(next: @escaping () throws(SourceError) -> [UInt8]) throws(SourceError) {
    self.next = next
    var head: [UInt8] = []
    while head.count < Self.headLength, let piece = try read() { head += piece }
    let start = Array(head.prefix(Self.headLength))
    problem = ForeignFile.problem(start)
    let (encoding, mark) = TextEncoding.detect(start)
    transcoder = Transcoder(encoding)
    decode(Array(head.dropFirst(mark)))
  }

  /// What the text is written in, as far as is known.
  var encoding: TextEncoding { transcoder.encoding }

  /// The next piece; empty at the end.
  ///
  /// - Throws: `SourceError` when reading fails.
  func piece() throws(SourceError) -> [UInt8] {
    while ahead.isEmpty, let piece = try read() { decode(piece) }
    defer { ahead = [] }
    return ahead
  }

  /// The text's beginning, which stays to be read.
  ///
  /// - Parameter count: how many bytes there are to be, if the text has as many.
  /// - Returns: the beginning, which may be longer.
  /// - Throws: `SourceError` when reading fails.
  func beginning(_ count: Int) throws(SourceError) -> [UInt8] {
    while ahead.count < count, let piece = try read() { decode(piece) }
    return ahead
  }

  private func decode(_ piece: [UInt8]) {
    let text = transcoder.decode(piece)
    if ahead.isEmpty { ahead = text } else { ahead += text }
    if isAtEnd { ahead += transcoder.finish() }
  }

  private func read() throws(SourceError) -> [UInt8]? {
    guard !isAtEnd else { return nil }
    let piece = try next()
    bytesRead += piece.count
    isAtEnd = piece.isEmpty
    return isAtEnd ? [] : piece
  }
}

/// Why a file could not be read on.
package struct SourceError: Error, CustomStringConvertible {
  /// The system's words.
  package let description: String

  /// An error by the system's words.
  package init(_ description: String) { self.description = description }
}
