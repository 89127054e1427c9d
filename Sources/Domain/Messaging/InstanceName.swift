internal import PercentEncoding

/// The name of a WhatsApp instance: free text, as people and programs have made them up. In a URL each byte that could
/// mean anything there is escaped, so that nothing in a message can make a request go elsewhere.
public struct InstanceName: Hashable, Sendable, CustomStringConvertible {
  /// The longest name.
  public static let maximumBytes = 255

  /// The name.
  public let value: String

  /// Takes a name of 1 to 255 bytes of UTF-8 without control characters.
  ///
  /// - Returns: nil for any other name.
  public init?(_ value: String) {
    guard (1...Self.maximumBytes).contains(value.utf8.count), !value.unicodeScalars.contains(where: Self.isControl)
    else {
      return nil
    }
    self.value = value
  }

  /// The name.
  public var description: String { value }

  /// The name as one segment of a URL's path: each byte that is not unreserved is percent-encoded (RFC 3986, sections
  /// 2.1 and 2.3), and so are `.` and `..`, which would otherwise climb about in the path.
  public var pathSegment: String {
    value == "." || value == ".." ? value.utf8.map(\.percentEncoded).joined() : value.percentEncoded
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? scalar.value < 0x20 || scalar.value == 0x7F : scalar.properties.generalCategory == .control
  }
}
