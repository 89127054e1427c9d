/// Eight bytes of a text in one word, so that one test serves them all.
struct EightBytes {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The first byte is the lowest.
  private let word: UInt64

  @inline(__always)
  init(_ bytes: Span<UInt8>, at start: Int) {
    let eight = bytes.extracting(start..<(start + 8))
    var word: UInt64 = 0
    // Becomes a single load.
    for position in 0..<8 { word |= UInt64(eight[position]) << UInt64(8 * position) }
    self.word = word
  }

  var areASCII: Bool { word & Self.highBits == 0 }

  /// The place of the first control character, quotation mark or backslash.
  ///
  /// Subtracting n from every byte sets the high bit of those below n, and perhaps of others that come after one of
  /// them (S. E. Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n"): the first is right.
  var firstSpecial: Int? {
    let quotes = word ^ Self.ones &* 0x22
    let backslashes = word ^ Self.ones &* 0x5C
    let hits = (word &- Self.ones &* 0x20) | (quotes &- Self.ones) | (backslashes &- Self.ones)
    let found = hits & ~word & Self.highBits
    return found == 0 ? nil : found.trailingZeroBitCount / 8
  }
}
