/// The id of a tenant, a UUID: several ways of writing it name the same tenant.
public struct TenantID: Hashable, Sendable {
  /// The ways of writing it under which the tenant's instance may be found: as it came, and in lower case without
  /// braces (RFC 9562, section 4) where that is another.
  public let spellings: [String]

  /// Takes an id as it stands in a charge.
  ///
  /// - Returns: nil when it is nobody's: blank, or all zeros.
  public init?(_ text: String) {
    guard !text.unicodeScalars.allSatisfy({ "0-{}".unicodeScalars.contains($0) || $0.isBlank }) else {
      return nil
    }
    let canonical = text.utf8.allSatisfy(Self.isCanonical) ? text : Self.canonical(text)
    spellings = canonical == text ? [text] : [text, canonical]
  }

  private static func isCanonical(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"): true
    default: false
    }
  }

  private static func canonical(_ text: String) -> String {
    let kept = text.unicodeScalars.filter { $0 != "{" && $0 != "}" && !$0.isBlank }
    return String(kept).lowercased()
  }
}
