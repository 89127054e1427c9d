internal import Messaging

/// 64 bits of a message's number and text: two that differ have the same by a chance of about one in a million among
/// millions of messages.
package struct Fingerprint: Equatable, Sendable {
  let value: UInt64

  /// The fingerprint of a plain message; nil for one of another kind.
  init?(_ message: Message) {
    guard case .plain(let number, let text) = message.content else { return nil }
    let start = Self.mixed(into: 0x9E37_79B9_7F4A_7C15, number.digits.utf8Span.span)
    value = Self.mixed(into: start, text.utf8Span.span)
  }

  private static func mixed(into start: UInt64, _ bytes: Span<UInt8>) -> UInt64 {
    var hash = start ^ UInt64(bytes.count)
    var position = 0
    while bytes.count - position >= 8 {
      hash = mixed(hash ^ bytes.word(at: position))
      position += 8
    }
    var rest: UInt64 = 0
    while position < bytes.count {
      rest = rest << 8 | UInt64(bytes[position])
      position += 1
    }
    return mixed(hash ^ rest)
  }

  /// Spreads each bit over all of them (the finalizer of MurmurHash3).
  private static func mixed(_ word: UInt64) -> UInt64 {
    let half = (word ^ word >> 33) &* 0xFF51_AFD7_ED55_8CCD
    let whole = (half ^ half >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return whole ^ whole >> 33
  }
}
