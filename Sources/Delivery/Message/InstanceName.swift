/// The name of a WhatsApp instance, known to be one plain segment of a URL's path: nothing in a message can make a
/// request go elsewhere.
public struct InstanceName: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let value: String

  /// Takes a name of 1 to 128 unreserved characters (RFC 3986, section 2.3): `A-Z a-z 0-9 - . _ ~`.
  ///
  /// - Returns: nil for any other name, and for `.` and `..`.
  public init?(_ value: String) {
    guard (1...128).contains(value.utf8.count), value != ".", value != "..",
      value.utf8.allSatisfy(Self.isUnreserved)
    else { return nil }
    self.value = value
  }

  /// The name.
  public var description: String { value }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
