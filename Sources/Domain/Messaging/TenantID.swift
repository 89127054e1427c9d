/// The id of a tenant, a UUID: several ways of writing it name the same tenant.
public struct TenantID: Hashable, Sendable {
  /// The ways of writing it under which the tenant's instance may be found: as it came, and as RFC 9562, section 4, writes
  /// it where that is another.
  public let spellings: [String]
  /// The id as RFC 9562, section 4, writes it, where it is a UUID.
  public var canonical: String { spellings.last ?? "" }
  /// Whether it is a UUID. What is none, such as `undefined`, is nobody's, unless somebody has named its instance.
  public let isUUID: Bool

  /// Takes an id as it stands in a charge.
  ///
  /// - Returns: nil when it is nobody's: blank, or all zeros.
  public init?(_ text: String) {
    if Self.isCanonical(text.utf8) {
      guard text.utf8.contains(where: { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: "-") }) else { return nil }
      spellings = [text]
      isUUID = true
    } else if let canonical = Self.canonical(text) {
      guard canonical.contains(where: { $0 != "0" && $0 != "-" }) else { return nil }
      spellings = [text, canonical]
      isUUID = true
    } else {
      guard !text.unicodeScalars.allSatisfy({ "0-{}".unicodeScalars.contains($0) || $0.isUnseen }) else { return nil }
      let plain = text.lowercased()
      spellings = plain == text ? [text] : [text, plain]
      isUUID = false
    }
  }

  /// Whether it is 32 digits in lower case with hyphens behind the 8th, 12th, 16th and 20th.
  private static func isCanonical(_ utf8: String.UTF8View) -> Bool {
    guard utf8.count == 36 else { return false }
    for (position, byte) in utf8.enumerated() {
      let isHyphen = position == 8 || position == 13 || position == 18 || position == 23
      guard isHyphen ? byte == UInt8(ascii: "-") : isDigit(byte) else { return false }
    }
    return true
  }

  /// The canonical form of what is a UUID in another: in capitals, in braces, brackets or quotes, behind `urn:uuid:`,
  /// without its hyphens, with blanks around it.
  private static func canonical(_ text: String) -> String? {
    guard text.utf8.count <= 128 else { return nil }
    var rest = String(
      String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isUnseen && !"{}()\"'".unicodeScalars.contains($0) })
    )
    .lowercased()
    if rest.hasPrefix("urn:uuid:") { rest.removeFirst("urn:uuid:".count) }
    if isCanonical(rest.utf8) { return rest }
    guard rest.utf8.count == 32, rest.utf8.allSatisfy(isDigit) else { return nil }
    var digits = Substring(rest)
    return [8, 4, 4, 4, 12].map { length in
      defer { digits = digits.dropFirst(length) }
      return String(digits.prefix(length))
    }.joined(separator: "-")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }
}
