internal import JSON

/// Reads an answer that is JSON but for characters which somebody's name broke: what counts in it is the message's id.
enum LenientJSON {
  /// The outermost value; nil when it is no JSON even so.
  static func root(of body: [UInt8]) -> JSONView? {
    if let document = try? JSONDocument(parsing: body) { return document.root }
    let text = String(decoding: body, as: UTF8.self)
    return (try? JSONDocument(parsing: withoutLoneSurrogates(Array(text.utf8))))?.root
  }

  /// The text with the replacement character for every escape of half a pair.
  private static func withoutLoneSurrogates(_ text: [UInt8]) -> [UInt8] {
    var result = text
    var position = 0
    while let unit = unit(in: result, at: position) ?? (position < result.count ? 0 : nil) {
      guard result[position] == UInt8(ascii: "\\") else {
        position += 1
        continue
      }
      if UTF16.isLeadSurrogate(unit), let trail = Self.unit(in: result, at: position + 6), UTF16.isTrailSurrogate(trail)
      {
        position += 12
        continue
      }
      if UTF16.isLeadSurrogate(unit) || UTF16.isTrailSurrogate(unit) {
        result.replaceSubrange((position + 2)..<(position + 6), with: "fffd".utf8)
      }
      position += 2
    }
    return result
  }

  /// The code unit of an escape `\uXXXX`; nil when there is none.
  private static func unit(in text: [UInt8], at position: Int) -> UInt16? {
    guard position + 6 <= text.count, text[position] == UInt8(ascii: "\\"), text[position + 1] == UInt8(ascii: "u")
    else {
      return nil
    }
    return UInt16(String(decoding: text[(position + 2)..<(position + 6)], as: UTF8.self), radix: 16)
  }
}
