extension Span<UInt8> {
  /// Eight bytes from a place on in one word, the first the lowest.
  @inline(__always)
  func word(at start: Int) -> UInt64 {
    let eight = extracting(start..<(start + 8))
    var word: UInt64 = 0
    // Becomes a single load.
    for position in 0..<8 { word |= UInt64(eight[position]) << UInt64(8 * position) }
    return word
  }

  /// Where a byte stands first, from a place on; nil where it does not.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var position = start
    while count - position >= 8 {
      // Zero where the byte stands. Taking one from each sets the high bit of the first zero, and of others only behind
      // it (S. E. Anderson, Bit Twiddling Hacks, "Determine if a word has a zero byte").
      let word = word(at: position) ^ (ones &* UInt64(byte))
      let zeros = (word &- ones) & ~word & (ones &* 0x80)
      if zeros != 0 { return position + zeros.trailingZeroBitCount / 8 }
      position += 8
    }
    while position < count {
      if self[position] == byte { return position }
      position += 1
    }
    return nil
  }
}
