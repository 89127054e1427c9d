/// Makes UTF-8 of a text that comes piece by piece, in bounded memory.
///
/// While all is ASCII it does not matter whether a text is UTF-8 or Windows-1252; the first bytes that are not, and some
/// that follow, decide it for the whole. What can't be decoded comes out as a byte that is in no UTF-8, so that whoever
/// reads the text finds in which line it stands.
struct Transcoder {
  /// What stands for bytes that are no character.
  static let undecodable: UInt8 = 0xFF
  /// How much of a text is looked at from its first byte on that is not ASCII.
  static let window = 1 << 16

  /// What the text is, as far as is known.
  private(set) var encoding: TextEncoding
  /// The bytes that can't be decoded yet: those that are still to vote, or the first half of something.
  private var pending: [UInt8] = []
  private var isVoting = false
  private var lead: UInt16?

  /// A transcoder.
  ///
  /// - Parameter encoding: what the head of the text told, ``TextEncoding/ascii`` when nothing.
  init(_ encoding: TextEncoding) { self.encoding = encoding }

  /// The UTF-8 of the next bytes, as far as they can be decoded without those to come.
  mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
    switch encoding {
    case .utf8: return bytes
    case .ascii where isVoting:
      pending += bytes
      return pending.count < Self.window ? [] : settle(isCut: true)
    case .ascii:
      guard bytes.reduce(0, |) >= 0x80, let first = bytes.firstIndex(where: { $0 >= 0x80 }) else { return bytes }
      isVoting = true
      return Array(bytes[..<first]) + decode(Array(bytes[first...]))
    case .windows1252: return windows1252(bytes)
    case .utf16LittleEndian, .utf16BigEndian: return utf16(bytes)
    case .unknown: return bytes.map { $0 < 0x80 ? $0 : Self.undecodable }
    }
  }

  /// The rest, when there are no bytes to come.
  mutating func finish() -> [UInt8] {
    if isVoting { return settle(isCut: false) + finish() }
    defer { (pending, lead) = ([], nil) }
    switch encoding {
    case .windows1252:
      var output: [UInt8] = []
      if let held = pending.first { append(held, to: &output) }
      return output
    case .utf16LittleEndian, .utf16BigEndian: return pending.isEmpty && lead == nil ? [] : [Self.undecodable]
    case .ascii, .utf8, .unknown: return []
    }
  }

  private mutating func settle(isCut: Bool) -> [UInt8] {
    isVoting = false
    encoding = TextEncoding.vote(pending, isCut: isCut)
    let bytes = pending
    pending = []
    return decode(bytes)
  }

  private mutating func windows1252(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + bytes.count / 8)
    var first = pending.first
    pending = []
    for byte in bytes {
      if let held = first {
        first = nil
        if Windows1252.isForeign(held, byte) {
          output.append(Self.undecodable)
          continue
        }
        append(held, to: &output)
      }
      if byte < 0x80 {
        output.append(byte)
      } else if byte == 0xC3 {
        first = byte
      } else {
        append(byte, to: &output)
      }
    }
    if let first { pending = [first] }
    return output
  }

  private func append(_ byte: UInt8, to output: inout [UInt8]) {
    Self.append(Windows1252.scalar(byte).flatMap { Unicode.Scalar($0) }, to: &output)
  }

  private static func append(_ scalar: Unicode.Scalar?, to output: inout [UInt8]) {
    guard let scalar, let bytes = UTF8.encode(scalar) else { return output.append(undecodable) }
    output.append(contentsOf: bytes)
  }

  private mutating func utf16(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    for byte in bytes {
      guard let first = pending.popLast() else {
        pending.append(byte)
        continue
      }
      let unit =
        encoding == .utf16LittleEndian ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte)
      append(unit, to: &output)
    }
    return output
  }

  private mutating func append(_ unit: UInt16, to output: inout [UInt8]) {
    if let lead {
      self.lead = nil
      if UTF16.isTrailSurrogate(unit) {
        let value = 0x1_0000 + (UInt32(lead) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
        return Self.append(Unicode.Scalar(value), to: &output)
      }
      output.append(Self.undecodable)
    }
    if UTF16.isLeadSurrogate(unit) { lead = unit } else { Self.append(Unicode.Scalar(unit), to: &output) }
  }
}
